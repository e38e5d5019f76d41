package awsprovider

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

const (
	sdkServices      = "github.com/aws/aws-sdk-go-v2/service/"
	providerServices = "github.com/hashicorp/terraform-provider-aws/internal/service/"
)

// register cuts the generated files down that name every service: the list of
// packages, the clients, and the data sources of meta.
func register(root string) error {
	sdks, err := sdksOf(root)
	if err != nil {
		return err
	}
	err = edit(filepath.Join(root, "internal", "provider", "sdkv2", "service_packages_gen.go"), func(f *ast.File) {
		dropElements(f, func(e ast.Expr) bool {
			name, ok := packageOfCall(e)
			return ok && !slices.Contains(services, name)
		})
	})
	if err != nil {
		return err
	}
	err = edit(filepath.Join(root, "internal", "conns", "awsclient_gen.go"), func(f *ast.File) {
		f.Decls = slices.DeleteFunc(f.Decls, func(d ast.Decl) bool {
			name, ok := packageOfResult(d)
			return ok && !sdks[importPath(f, name)]
		})
	})
	if err != nil {
		return err
	}
	return edit(filepath.Join(root, "internal", "service", "meta", "service_package_gen.go"), func(f *ast.File) {
		dropElements(f, func(e ast.Expr) bool {
			return slices.Contains(slices.Collect(maps.Values(leftOut)), factory(e))
		})
	})
}

// edit rewrites a file, without the imports that it then does not use any more.
func edit(file string, change func(*ast.File)) error {
	set := token.NewFileSet()
	f, err := parser.ParseFile(set, file, nil, parser.SkipObjectResolution) // and no comments: they would stay behind
	if err != nil {
		return fmt.Errorf("reading %s: %w", file, err)
	}
	change(f)
	dropImports(f)
	var out bytes.Buffer
	if err := format.Node(&out, set, f); err != nil {
		return fmt.Errorf("printing %s: %w", file, err)
	}
	if err := os.WriteFile(file, out.Bytes(), 0o600); err != nil {
		return fmt.Errorf("rewriting: %w", err)
	}
	return nil
}

// sdksOf are the import paths of the SDK's packages that the kept services use.
func sdksOf(root string) (map[string]bool, error) {
	out := map[string]bool{}
	files, err := filepath.Glob(filepath.Join(root, "internal", "service", "*", "*.go"))
	if err != nil {
		return nil, fmt.Errorf("looking for kept packages: %w", err)
	}
	for _, file := range files {
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			return nil, fmt.Errorf("reading imports: %w", err)
		}
		for _, i := range f.Imports {
			if p := pathOf(i); strings.HasPrefix(p, sdkServices) {
				out[p] = true
			}
		}
	}
	return out, nil
}

// dropElements removes elements of slice literals.
func dropElements(f *ast.File, drop func(ast.Expr) bool) {
	ast.Inspect(f, func(n ast.Node) bool {
		if list, ok := n.(*ast.CompositeLit); ok {
			list.Elts = slices.DeleteFunc(list.Elts, drop)
		}
		return true
	})
}

// packageOfCall is the package whose function an expression calls.
func packageOfCall(e ast.Expr) (string, bool) {
	call, ok := e.(*ast.CallExpr)
	if !ok {
		return "", false
	}
	return packageOf(call.Fun)
}

// packageOfResult is the package of the type to which a method's one result points.
func packageOfResult(d ast.Decl) (string, bool) {
	f, ok := d.(*ast.FuncDecl)
	if !ok || f.Recv == nil || f.Type.Results == nil {
		return "", false
	}
	pointer, ok := f.Type.Results.List[0].Type.(*ast.StarExpr)
	if !ok {
		return "", false
	}
	return packageOf(pointer.X)
}

func packageOf(e ast.Expr) (string, bool) {
	selector, ok := e.(*ast.SelectorExpr)
	if !ok {
		return "", false
	}
	name, ok := selector.X.(*ast.Ident)
	if !ok {
		return "", false
	}
	return name.Name, true
}

// factory is the value of the key Factory of a struct literal.
func factory(e ast.Expr) string {
	literal, ok := e.(*ast.CompositeLit)
	if !ok {
		return ""
	}
	for _, element := range literal.Elts {
		pair, ok := element.(*ast.KeyValueExpr)
		if !ok {
			continue
		}
		key, isKey := pair.Key.(*ast.Ident)
		value, isName := pair.Value.(*ast.Ident)
		if isKey && isName && key.Name == "Factory" {
			return value.Name
		}
	}
	return ""
}

// dropImports removes the imports of services that nothing in the file names.
func dropImports(f *ast.File) {
	used := map[string]bool{}
	ast.Inspect(f, func(n ast.Node) bool {
		if e, ok := n.(ast.Expr); ok {
			if name, ok := packageOf(e); ok {
				used[name] = true
			}
		}
		return true
	})
	for _, d := range f.Decls {
		imports, ok := d.(*ast.GenDecl)
		if !ok || imports.Tok != token.IMPORT {
			continue
		}
		imports.Specs = slices.DeleteFunc(imports.Specs, func(s ast.Spec) bool {
			i, ok := s.(*ast.ImportSpec)
			if !ok {
				return false
			}
			p := pathOf(i)
			return (strings.HasPrefix(p, sdkServices) || strings.HasPrefix(p, providerServices)) && !used[nameOf(i)]
		})
	}
}

// importPath is the path of the import that has a name in a file.
func importPath(f *ast.File, name string) string {
	for _, i := range f.Imports {
		if nameOf(i) == name {
			return pathOf(i)
		}
	}
	return ""
}

func pathOf(i *ast.ImportSpec) string {
	p, _ := strconv.Unquote(i.Path.Value) // the parser has seen that it is quoted
	return p
}

var majorVersion = regexp.MustCompile(`/v[0-9]+$`)

// nameOf is the name of an import in its file: for all that is asked here, a package
// is named as its folder.
func nameOf(i *ast.ImportSpec) string {
	if i.Name != nil {
		return i.Name.Name
	}
	return path.Base(majorVersion.ReplaceAllString(pathOf(i), ""))
}
