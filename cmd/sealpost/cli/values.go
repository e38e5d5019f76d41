package cli

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/alecthomas/kong"
)

// Strings makes Kong pass strings through byte by byte. Kong decodes them as JSON,
// which replaces invalid UTF-8, but a file name need not be UTF-8.
func Strings() kong.Option {
	return kong.KindMapper(reflect.String, kong.MapperFunc(func(ctx *kong.DecodeContext, target reflect.Value) error {
		token, err := ctx.Scan.PopValue("string")
		if err != nil {
			return err
		}
		text, ok := token.Value.(string)
		if !ok {
			return fmt.Errorf("expected a string but got %q", token.String())
		}
		target.SetString(text)
		return nil
	}))
}

// RefuseEmpty returns a usage error for an argument or a flag given as the empty
// string, such as "$UNSET" in a shell. An empty value never means the same as an absent
// one. A flag with the tag allowempty may be empty.
func RefuseEmpty(parsed *kong.Context) error {
	for _, p := range parsed.Path {
		var value *kong.Value
		var name string
		switch {
		case p.Flag != nil:
			value, name = p.Flag.Value, "--"+p.Flag.Name
		case p.Positional != nil:
			value, name = p.Positional, p.Positional.Summary()
		default:
			continue
		}
		if !p.Resolved && !value.Tag.Has("allowempty") && empty(value.Target) {
			return Usage(name + " is empty")
		}
	}
	return nil
}

func empty(v reflect.Value) bool {
	if v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	switch texts := v.Interface().(type) {
	case string:
		return texts == ""
	case []string:
		return len(texts) == 0 || slices.Contains(texts, "")
	}
	return false
}
