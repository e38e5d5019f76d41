package events

import (
	"embed"
	"fmt"
	"slices"
)

//go:generate go run ../internal/tools/asyncapi/cmd asyncapi.yaml

//go:embed schemas/*.json
var schemas embed.FS

// Schema returns the JSON Schema (draft 2020-12) of the Detail of one version of an event. Its errors wrap
// [ErrUnknownEvent].
func Schema(t Type, version int) ([]byte, error) {
	if !slices.Contains(Versions(t), version) {
		return nil, fmt.Errorf("%w: no schema of %s version %d", ErrUnknownEvent, t, version)
	}
	raw, err := schemas.ReadFile(fmt.Sprintf("schemas/%s.v%d.json", t, version))
	if err != nil {
		return nil, fmt.Errorf("reading the schema of %s version %d: %w", t, version, err)
	}
	return raw, nil
}
