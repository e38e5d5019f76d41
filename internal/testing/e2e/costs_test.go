package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// dynamo is what the names of DynamoDB's calls begin with.
const dynamo = "DynamoDB_20120810."

// compareWithDocs writes the table of calls to .cache/e2e/calls.md, and fails the
// test when the docs say otherwise.
func (w *world) compareWithDocs(t *testing.T, steps []*step) {
	t.Helper()
	var table strings.Builder
	table.WriteString("| step | EventBridge events | DynamoDB writes | DynamoDB reads | KMS | S3 | SNS | deliveries | batches | requests |\n" +
		"|---|---|---|---|---|---|---|---|---|---|\n")
	all, mails := tally{}, tally{}
	for _, s := range steps {
		table.WriteString(row(s.name, s.tally))
		all = all.plus(s.tally)
		if s.name == announcing {
			mails = s.tally
		}
	}
	table.WriteString(row("**all**", all))
	keep(t, "calls.md", []byte(table.String()))
	t.Logf("for one message of ten:\n%s", table.String())
	if doc := read(t, "docs/aws-emulators.md"); !strings.Contains(doc, table.String()) {
		t.Error("docs/aws-emulators.md has another table; .cache/e2e/calls.md has what was counted")
	}
	if mails.of("sns.Publish") != 1 || mails.writes() != 2 {
		t.Errorf("%d mails and %d writes of a burst, want 1 and 2", mails.of("sns.Publish"), mails.writes())
	}
	bill := read(t, "docs/aws.md")
	for _, want := range []string{
		fmt.Sprintf("| %s million events, ", perMessage(all.events)),
		fmt.Sprintf("| %s million requests, and about 2 million to list and count", perMessage(all.requests)),
		fmt.Sprintf("| %s million write units", perMessage(all.writes()-mails.writes())),
		fmt.Sprintf(", %g million read units,", (all.readUnits()-mails.readUnits())/burst),
		fmt.Sprintf("| %s million deliveries in, %s million batches out and deleted", perMessage(all.deliveries), perMessage(all.batches)),
		fmt.Sprintf("| %d million calls at ", all.requests/burst+2),
		fmt.Sprintf(", %s million batches |", perMessage(all.batches)),
	} {
		if !strings.Contains(bill, want) {
			t.Errorf("docs/aws.md does not say %q, which is what was counted", want)
		}
	}
}

// writes are the writes of DynamoDB, all of which are of items below 1 KB in tables
// without an index (calls_test.go looks at that): each is one write unit.
func (n tally) writes() int { return n.of(dynamo+"UpdateItem", dynamo+"PutItem") }

// readUnits are those of reads of up to 4 KB: one for a consistent read, which are
// the GetItems, and half of one for a query.
func (n tally) readUnits() float64 {
	return float64(n.of(dynamo+"GetItem")) + float64(n.of(dynamo+"Query"))/2
}

func row(name string, n tally) string {
	cells := []int{
		n.events, n.writes(), n.of(dynamo+"GetItem", dynamo+"Query", dynamo+"BatchGetItem"),
		n.of("TrentService."), n.of("s3 "), n.of("sns."), n.deliveries, n.batches, n.requests,
	}
	out := "| " + name + " |"
	for _, c := range cells {
		out += strings.TrimRight(" "+perMessage(c), " ") + " |"
	}
	return out + "\n"
}

func read(t *testing.T, path string) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(root, path))
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// keep leaves what was found in .cache/e2e.
func keep(t *testing.T, name string, content []byte) {
	t.Helper()
	dir := filepath.Join(root, ".cache", "e2e")
	if err := os.MkdirAll(dir, 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
		t.Fatal(err)
	}
}
