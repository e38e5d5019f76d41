package awsprovider

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// tree is a provider with a service that is kept (sqs), one that is not (ec2), and what
// registers them.
var tree = map[string]string{
	"go.mod":                                      "module github.com/hashicorp/terraform-provider-aws\n",
	"README.md":                                   "left out",
	"main.go":                                     "package main\n",
	"main_test.go":                                "package main\n",
	"names/data/names.hcl":                        "embedded",
	"internal/service/smarterr.hcl":               "embedded",
	"internal/service/sqs/queue.go":               "package sqs\n\nimport _ \"github.com/aws/aws-sdk-go-v2/service/sqs\"\n",
	"internal/service/sqs/testdata/a.go":          "package a\n",
	"internal/service/ec2/instance.go":            "package ec2\n",
	"internal/service/meta/arn.go":                "package meta\n",
	"internal/service/meta/region_data_source.go": "package meta\n",
	"internal/service/meta/service_package_gen.go": `package meta

var v = []t{
	{Factory: newARNDataSource},
	{Factory: newRegionDataSource},
}
`,
	"internal/provider/sdkv2/service_packages_gen.go": `package sdkv2

import (
	"context"

	"github.com/hashicorp/terraform-provider-aws/internal/service/ec2"
	"github.com/hashicorp/terraform-provider-aws/internal/service/sqs"
)

func servicePackages(ctx context.Context) []any {
	return []any{
		ec2.ServicePackage(ctx),
		sqs.ServicePackage(ctx),
	}
}
`,
	"internal/conns/awsclient_gen.go": `package conns

import (
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

func (c *AWSClient) EC2Client() *ec2.Client { return nil }

func (c *AWSClient) SQSClient() *sqs.Client { return nil }
`,
}

func TestCut(t *testing.T) {
	t.Parallel()
	from, to := t.TempDir(), t.TempDir()
	for name, content := range tree {
		path := filepath.Join(from, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o400); err != nil { // as in the module cache
			t.Fatal(err)
		}
	}
	if err := cut(from, to); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"go.mod", "internal/conns/awsclient_gen.go", "internal/conns/ec2_stub.go", "internal/provider/sdkv2/service_packages_gen.go",
		"internal/service/ec2/stub.go", "internal/service/meta/arn.go", "internal/service/meta/service_package_gen.go",
		"internal/service/smarterr.hcl", "internal/service/sqs/queue.go", "main.go", "names/data/names.hcl",
	}
	if diff := cmp.Diff(want, files(t, to)); diff != "" {
		t.Errorf("what is kept (-want +got):\n%s", diff)
	}
	for file, words := range map[string][2]string{
		"internal/conns/awsclient_gen.go":                 {"SQSClient", "ec2"},
		"internal/provider/sdkv2/service_packages_gen.go": {"sqs.ServicePackage", "ec2"},
		"internal/service/meta/service_package_gen.go":    {"newARNDataSource", "newRegionDataSource"},
	} {
		raw, err := os.ReadFile(filepath.Join(to, file))
		if err != nil {
			t.Fatal(err)
		}
		if kept, gone := words[0], words[1]; !strings.Contains(string(raw), kept) || strings.Contains(string(raw), gone) {
			t.Errorf("%s is to have %s and no %s:\n%s", file, kept, gone, raw)
		}
	}
}

func files(t *testing.T, dir string) (out []string) {
	t.Helper()
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			out = append(out, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(out)
	return out
}
