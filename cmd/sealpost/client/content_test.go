package client

import "testing"

func TestContentType(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, body, want string }{
		{"report.pdf", "%PDF-1.7", "application/pdf"},
		{"notes.txt", "hello", "text/plain; charset=utf-8"},
		{"page.html", "<p>", "text/html; charset=utf-8"},
		{"", "hello", "text/plain; charset=utf-8"},
		{"", "", "text/plain; charset=utf-8"},
		{"", "\x89PNG\r\n\x1a\n", "image/png"},
		{"unknown.sealposttest", "\x00\x01\x02", "application/octet-stream"},
		// What says UTF-8 must be UTF-8.
		{"latin1.txt", "caf\xe9", "application/octet-stream"},
		{"latin1.html", "<p>caf\xe9", "text/html"},
	}
	for _, tt := range tests {
		if got := contentType(tt.name, []byte(tt.body)); got != tt.want {
			t.Errorf("%q, %q: got %q, want %q", tt.name, tt.body, got, tt.want)
		}
	}
}
