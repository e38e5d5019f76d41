package awsprovider

import (
	"embed"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// services are the provider's packages that are kept: those of the resources under
// terraform/, and those that these import.
var services = []string{
	"apigateway", "cloudfront", "cloudwatch", "cognitoidentity", "cognitoidp", "dynamodb", "events", "iam", "kms", "lambda",
	"logs", "meta", "s3", "s3control", "schemas", "secretsmanager", "sns", "sqs", "sts",
}

// leftOut are the data sources of the package meta that need the SDK of ec2: the
// constructor, by file.
var leftOut = map[string]string{
	"internal/service/meta/region_data_source.go":            "newRegionDataSource",
	"internal/service/meta/regions_data_source.go":           "newRegionsDataSource",
	"internal/service/meta/service_principal_data_source.go": "newServicePrincipalDataSource",
}

// stubs stand in for what is cut out and yet named. They lie as in the provider, with
// .txt behind.
//
//go:embed stubs
var stubs embed.FS

// cut copies the provider's source, without what is not kept.
func cut(from, to string) error {
	if err := copyTree(os.DirFS(from), to, kept, ""); err != nil {
		return fmt.Errorf("copying the provider's source: %w", err)
	}
	stubFiles, err := fs.Sub(stubs, "stubs")
	if err != nil {
		return fmt.Errorf("finding the stubs: %w", err)
	}
	if err := copyTree(stubFiles, to, func(string) bool { return true }, ".txt"); err != nil {
		return fmt.Errorf("copying the stubs: %w", err)
	}
	return register(to)
}

// kept reports whether a file of the provider's source is needed to build it.
func kept(name string) bool {
	if service, below := strings.CutPrefix(name, "internal/service/"); below {
		service, file, isPackage := strings.Cut(service, "/")
		if isPackage && (!slices.Contains(services, service) || strings.Contains(file, "/")) || leftOut[name] != "" {
			return false
		}
	}
	switch {
	case strings.HasSuffix(name, "_test.go"):
		return false
	case name == "go.mod", name == "go.sum", name == "version/VERSION":
		return true
	case strings.HasPrefix(name, "names/"): // data files are embedded
		return true
	}
	return path.Ext(name) == ".go" && (name == "main.go" || strings.Contains(name, "/")) || path.Ext(name) == ".hcl"
}

// copyTree copies the files that are wanted, without the ending.
func copyTree(from fs.FS, to string, want func(name string) bool, ending string) error {
	return fs.WalkDir(from, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !want(name) {
			return err
		}
		raw, err := fs.ReadFile(from, name)
		if err != nil {
			return err
		}
		target := filepath.Join(to, filepath.FromSlash(strings.TrimSuffix(name, ending)))
		if err := os.MkdirAll(filepath.Dir(target), 0o750); err != nil {
			return err
		}
		return os.WriteFile(target, raw, 0o600)
	})
}
