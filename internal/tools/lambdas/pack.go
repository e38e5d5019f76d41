package lambdas

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"fmt"
	"io"
	"os"
	"time"
)

// bootstrap is the name that the runtime provided.al2023 starts.
const bootstrap = "bootstrap"

// epoch is the time in every zip, the earliest that the format allows.
var epoch = time.Date(1980, time.January, 1, 0, 0, 0, 0, time.UTC)

// pack zips one executable and returns the sizes of both.
func pack(binary, path string) (binaryBytes, zipBytes int64, err error) {
	content, err := os.ReadFile(binary) //nolint:gosec // a file that was just built
	if err != nil {
		return 0, 0, fmt.Errorf("reading what was built: %w", err)
	}
	zipped, err := archive(content)
	if err != nil {
		return 0, 0, fmt.Errorf("zipping: %w", err)
	}
	if err := os.WriteFile(path, zipped, 0o600); err != nil {
		return 0, 0, fmt.Errorf("writing a zip: %w", err)
	}
	return int64(len(content)), int64(len(zipped)), nil
}

func archive(content []byte) ([]byte, error) {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	w.RegisterCompressor(zip.Deflate, func(to io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(to, flate.BestCompression)
	})
	header := &zip.FileHeader{Name: bootstrap, Method: zip.Deflate, Modified: epoch}
	header.SetMode(0o755) // Lambda starts it as another user
	entry, err := w.CreateHeader(header)
	if err != nil {
		return nil, err
	}
	if _, err := entry.Write(content); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
