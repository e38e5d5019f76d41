package dynamodb_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// shelf is a table of one recipient as DynamoDB keeps it: each request takes effect
// at once and as a whole. It knows what the unread set asks for and nothing else.
type shelf map[string]map[string]any // by entry

// question is what a request says, of whatever operation.
type question struct {
	operation                 string
	Item, Key                 map[string]any
	ConditionExpression       string
	FilterExpression          string
	KeyConditionExpression    string
	ExpressionAttributeNames  map[string]string
	ExpressionAttributeValues map[string]struct{ S string }
}

// answer is what DynamoDB says.
type answer struct {
	status int
	body   string
}

func ask(operation string, body []byte) (question, error) {
	q := question{operation: operation}
	return q, json.Unmarshal(body, &q)
}

func (q question) writes() bool { return q.operation == "PutItem" || q.operation == "DeleteItem" }

// id is the sort key of the item that is asked for or written.
func (q question) id() string {
	key := q.Key
	if q.operation == "PutItem" {
		key = q.Item
	}
	of, _ := key["entry"].(map[string]any)
	id, _ := of["S"].(string)
	return id
}

// absent is the attribute that an expression wants to be absent, "" for none.
func (q question) absent(expression string) (string, error) {
	if expression == "" {
		return "", nil
	}
	name, ok := strings.CutPrefix(expression, "attribute_not_exists(")
	if name = q.ExpressionAttributeNames[strings.TrimSuffix(name, ")")]; !ok || name == "" {
		return "", fmt.Errorf("the shelf does not know the expression %s", expression)
	}
	return name, nil
}

func (q question) String() string {
	with := ""
	for _, attribute := range slices.Sorted(maps.Keys(q.Item)) {
		if attribute == "expiresAt" {
			with = " with " + attribute
		}
	}
	return q.operation + " " + q.id() + with
}

// do lets a request take effect.
func (s shelf) do(q question) (answer, error) {
	unless, err := q.absent(q.ConditionExpression)
	if err != nil {
		return answer{}, err
	}
	switch there, id := s[q.id()], q.id(); q.operation {
	case "GetItem":
		return found(there)
	case "PutItem":
		if unless != "" && there[unless] != nil {
			return answer{400, `{"__type":"ConditionalCheckFailedException"}`}, nil
		}
		s[id] = q.Item
		return answer{200, `{}`}, nil
	case "DeleteItem":
		delete(s, id)
		return answer{200, `{}`}, nil
	case "Query":
		return s.count(q)
	}
	return answer{}, errors.New("the shelf does not know " + q.operation)
}

func found(item map[string]any) (answer, error) {
	if item == nil {
		return answer{200, `{}`}, nil
	}
	raw, err := json.Marshal(map[string]any{"Item": item})
	return answer{200, string(raw)}, err
}

func (s shelf) count(q question) (answer, error) {
	if q.KeyConditionExpression != "recipientId = :recipientId AND begins_with(entry, :messages)" {
		return answer{}, errors.New("the shelf does not know the range " + q.KeyConditionExpression)
	}
	unless, err := q.absent(q.FilterExpression)
	n := 0
	for id, item := range s {
		if strings.HasPrefix(id, q.ExpressionAttributeValues[":messages"].S) && (unless == "" || item[unless] == nil) {
			n++
		}
	}
	return answer{200, fmt.Sprintf(`{"Count":%d}`, n)}, err
}

// String tells the shelf from every other whose requests may be answered otherwise.
func (s shelf) String() string {
	var out strings.Builder
	for _, id := range slices.Sorted(maps.Keys(s)) {
		fmt.Fprintf(&out, "%s%v ", id, slices.Sorted(maps.Keys(s[id])))
	}
	return out.String()
}
