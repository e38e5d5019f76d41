package mail

import (
	"bytes"
	"crypto/sha256"
	_ "embed" // style and template of the page
	"encoding/base64"
	"html/template"
	"net/http"
	"regexp"
)

//go:embed page.html
var pageHTML string

//go:embed page.css
var pageCSS string

const pageMails = 100

// The policy allows the page's only style sheet by its hash, so no content of a mail can be a style or a
// script.
var contentSecurityPolicy = "default-src 'none'; style-src 'sha256-" + styleHash() +
	"'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

func styleHash() string {
	sum := sha256.Sum256([]byte(pageCSS))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// html/template escapes the mails. The style sheet is a constant.
var page = template.Must(template.New("mail").Funcs(template.FuncMap{
	"css":   func() template.CSS { return template.CSS(pageCSS) }, //nolint:gosec // constant
	"parts": parts,
}).Parse(pageHTML))

var codePattern = regexp.MustCompile(`\b[0-9]{6}\b`)

// part is a part of a mail's text. Codes are separate parts so that one click selects them.
type part struct {
	Text string
	Code bool
}

func parts(text string) []part {
	var out []part
	end := 0
	for _, at := range codePattern.FindAllStringIndex(text, -1) {
		out = append(out, part{Text: text[end:at[0]]}, part{Text: text[at[0]:at[1]], Code: true})
		end = at[1]
	}
	return append(out, part{Text: text[end:]})
}

func (b *Mailbox) servePage(w http.ResponseWriter, r *http.Request) {
	to := r.URL.Query().Get("to")
	mails, err := b.List(r.Context(), to, pageMails)
	if err != nil {
		http.Error(w, "The mailbox cannot be read.", http.StatusInternalServerError)
		return
	}
	var buf bytes.Buffer
	if err := page.Execute(&buf, map[string]any{"To": to, "Mails": mails, "Max": pageMails}); err != nil {
		http.Error(w, "The mailbox cannot be shown.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(buf.Bytes())
}
