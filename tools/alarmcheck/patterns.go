package main

import (
	"embed"
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
)

// calls has an event for each call that could give access to messages, as EventBridge passes it on: calls/RULE/CALL.json
// must match the rule RULE and no other. Those in calls/none must match none.
//
//go:embed calls
var calls embed.FS

// checkRules matches all events against the rules of modules/access-watch.
func checkRules(rules []rule) (problems []string, err error) {
	patterns := map[string]pattern{}
	for _, r := range rules {
		_, kind, watches := strings.Cut(r.Name, "-access-")
		if !watches || kind == "global" {
			continue
		}
		var p pattern
		if err := json.Unmarshal([]byte(r.Pattern), &p); err != nil {
			return nil, fmt.Errorf("pattern of %s: %w", r.Address, err)
		}
		patterns[kind] = p
	}
	unused := maps.Clone(patterns)
	folders, err := calls.ReadDir("calls")
	if err != nil {
		return nil, err
	}
	for _, folder := range folders {
		files, err := calls.ReadDir(path.Join("calls", folder.Name()))
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			name := path.Join("calls", folder.Name(), file.Name())
			problem, err := checkCall(patterns, name, folder.Name())
			if err != nil {
				return nil, err
			}
			problems = append(problems, problem...)
			delete(unused, folder.Name())
		}
	}
	for kind := range unused {
		problems = append(problems, fmt.Sprintf("rule %s has no example under calls/%s", kind, kind))
	}
	return problems, nil
}

func checkCall(patterns map[string]pattern, name, kind string) ([]string, error) {
	raw, err := calls.ReadFile(name)
	if err != nil {
		return nil, err
	}
	var event map[string]any
	if err := json.Unmarshal(raw, &event); err != nil {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	var found, want []string
	for rule, p := range patterns {
		if p.matches(event) {
			found = append(found, rule)
		}
	}
	if kind != "none" {
		want = []string{kind}
	}
	if !slices.Equal(found, want) {
		return []string{fmt.Sprintf("%s matches the rules %v, not %v", name, found, want)}, nil
	}
	return nil, nil
}

// pattern is an EventBridge event pattern, as far as the rules use the language: literals, prefix, wildcard, anything-but
// and exists (EventBridge User Guide, "Event pattern syntax"). EventBridge's own matcher is a Java library, and the Go
// port of it is not on the module proxy.
type pattern map[string]any

func (p pattern) matches(event map[string]any) bool {
	for field, wanted := range p {
		switch wanted := wanted.(type) {
		case map[string]any:
			inner, _ := event[field].(map[string]any)
			if !pattern(wanted).matches(inner) {
				return false
			}
		case []any:
			value, isString := event[field].(string)
			if !slices.ContainsFunc(wanted, func(rule any) bool { return fits(rule, value, isString) }) {
				return false
			}
		default:
			return false
		}
	}
	return true
}

func fits(rule any, value string, exists bool) bool {
	if literal, is := rule.(string); is {
		return exists && value == literal
	}
	matcher, _ := rule.(map[string]any)
	if want, is := matcher["exists"].(bool); is {
		return exists == want
	}
	if prefix, is := matcher["prefix"].(string); is {
		return exists && strings.HasPrefix(value, prefix)
	}
	if wildcard, is := matcher["wildcard"].(string); is {
		before, after, _ := strings.Cut(wildcard, "*")
		return exists && globbed(value, before, after)
	}
	if excluded, is := matcher["anything-but"].([]any); is {
		return exists && !slices.Contains(excluded, any(value))
	}
	return false
}

// globbed reports whether the value is the first part, anything, and the rest, in which * stands for anything too.
func globbed(value, first, rest string) bool {
	value, found := strings.CutPrefix(value, first)
	if !found {
		return false
	}
	next, more, wild := strings.Cut(rest, "*")
	if !wild {
		return strings.HasSuffix(value, rest)
	}
	for {
		if globbed(value, next, more) {
			return true
		}
		if value == "" {
			return false
		}
		value = value[1:]
	}
}
