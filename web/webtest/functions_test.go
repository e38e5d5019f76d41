package webtest_test

import (
	"fmt"
	"strings"
	"testing"
)

// TestFunctions asks the page's pure functions what no click can ask them.
func TestFunctions(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	b := openBrowser(t, s.url)
	b.open("")
	b.see("Create an account")
	long := strings.Repeat("ä", 200) + ".tar.gz"
	for _, c := range []struct{ module, call, want string }{
		{"content", `filenameOf("attachment")`, ``},
		{"content", `filenameOf("attachment; filename=report.pdf")`, `report.pdf`},
		{"content", `filenameOf('attachment; filename="a \\"b\\" c.txt"')`, `a "b" c.txt`},
		{"content", `filenameOf("attachment; filename*=utf-8''F%C3%B6hr%20%E2%82%AC.png")`, `Föhr €.png`},
		{"content", `filenameOf("attachment; filename=a.txt; filename*=UTF-8''b.txt")`, `b.txt`},
		{"content", `filenameOf("attachment; filename*=utf-8''%ZZ; filename=a.txt")`, `a.txt`},
		{"outbox", `safeName("../../etc/passwd")`, `.._.._etc_passwd`},
		{"outbox", `safeName("photo\u202Egpj.exe\u0007")`, `photogpj.exe`},
		{"outbox", `safeName("..")`, `file`},
		{"outbox", `safeName("")`, `file`},
		{"outbox", `String(new Blob([m.safeName(` + js(long) + `)]).size <= 255 && m.safeName(` + js(long) + `).endsWith(".gz"))`, `true`},
		{"people", `search([{username: "bo"}, {username: "abo"}, {username: "Élodie"}], "ELO").map((u) => u.username).join()`, `Élodie`},
		{"people", `search([{username: "abo"}, {username: "bo"}], "bo").map((u) => u.username).join()`, `bo,abo`},
		{"people", `exact([{username: "Bob"}, {username: "bob"}], "bob").username`, `bob`},
		{"people", `exact([{username: "Bob"}], "bOB").username`, `Bob`},
		{"format", `badge({n: 1000, more: true})`, `999+`},
		{"format", `badge({n: 999, more: false})`, `999`},
		{"format", `timeOfID("01ARYZ6S41TSV4RRFFQ69G5FAV").toISOString()`, `2016-07-30T22:36:16.385Z`},
		{"format", `String(m.timeOfID("nonsense"))`, `null`},
		{"format", `bytes(4194304)`, `4.2 MB`},
		{"format", `bytes(1)`, `1 byte`},
		{"router", `href(...Object.values(m.parse("#/inbox/a%2Fb?x=1")).slice(0, 2))`, `#/inbox/a%2Fb`},
		{"router", `parse("#/inbox/%E0%A4%A").arg`, ``},
	} {
		call := c.call
		if !strings.HasPrefix(call, "String(") {
			call = "m." + call
		}
		if got := eval[string](b, fmt.Sprintf(`import("/%s.js").then((m) => %s)`, c.module, call)); got != c.want {
			t.Errorf("%s: %s: %q, want %q", c.module, c.call, got, c.want)
		}
	}
}
