package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"io/fs"
	"path"
)

//go:embed static
var static embed.FS

// contentTypes are the content types by extension. mime.TypeByExtension reads the
// machine's own tables, and a machine that maps .js to text/plain would break the page.
var contentTypes = map[string]string{
	".html": "text/html; charset=utf-8",
	".css":  "text/css; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".svg":  "image/svg+xml",
}

type asset struct {
	contentType string
	plain       encoded
	gzipped     encoded
}

// encoded is a representation with its own entity tag (RFC 9110, 8.8.3).
type encoded struct {
	body []byte
	etag string
}

// load reads all files, keyed by URL path.
func load() (map[string]asset, error) {
	assets := map[string]asset{}
	err := fs.WalkDir(static, "static", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		a, err := loadAsset(name)
		assets[name[len("static"):]] = a
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("loading the page: %w", err)
	}
	assets["/"] = assets["/index.html"]
	return assets, nil
}

func loadAsset(name string) (asset, error) {
	contentType, ok := contentTypes[path.Ext(name)]
	if !ok {
		return asset{}, fmt.Errorf("%s: no content type is known for it", name)
	}
	body, err := static.ReadFile(name)
	if err != nil {
		return asset{}, fmt.Errorf("reading: %w", err)
	}
	small, err := compress(body)
	if err != nil {
		return asset{}, err
	}
	return asset{contentType, represent(body), represent(small)}, nil
}

func compress(body []byte) ([]byte, error) {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, fmt.Errorf("compressing: %w", err)
	}
	if _, err := w.Write(body); err != nil {
		return nil, fmt.Errorf("compressing: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("compressing: %w", err)
	}
	return out.Bytes(), nil
}

func represent(body []byte) encoded {
	sum := sha256.Sum256(body)
	return encoded{body, `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`}
}
