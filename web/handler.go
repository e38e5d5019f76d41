package web

import (
	"bytes"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"
)

// cacheControl lets browsers keep the files but revalidate each time (usually a 304
// without a body). The names carry no version, because there is no build step, and
// modules of two versions must never meet on one page.
const cacheControl = "no-cache"

// assets are compressed and hashed once per process.
var assets = sync.OnceValues(load)

// Handler serves the page: GET and HEAD of its files, with index.html for "/". For all
// other paths it returns 404, as a page to clients that accept HTML.
func Handler() http.Handler { return http.HandlerFunc(serve) }

func serve(w http.ResponseWriter, r *http.Request) {
	secure(w.Header())
	files, err := assets()
	if err != nil { // the files are embedded, so a test would have failed
		http.Error(w, "The page is not available.", http.StatusInternalServerError)
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "Only GET and HEAD are allowed here.", http.StatusMethodNotAllowed)
		return
	}
	a, ok := files[r.URL.Path]
	if !ok {
		notFound(w, r, files)
		return
	}
	w.Header().Set("Content-Type", a.contentType)
	w.Header().Set("Cache-Control", cacheControl)
	w.Header().Set("Vary", "Accept-Encoding")
	body := a.plain
	if acceptsGzip(r) {
		body = a.gzipped
		w.Header().Set("Content-Encoding", "gzip")
	}
	w.Header().Set("Etag", body.etag)
	// ServeContent handles conditional requests. The zero time omits Last-Modified,
	// because embedded files have none.
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body.body))
}

func notFound(w http.ResponseWriter, r *http.Request, files map[string]asset) {
	w.Header().Set("Cache-Control", "no-store")
	if !strings.Contains(r.Header.Get("Accept"), "text/html") || path.Ext(r.URL.Path) != "" {
		http.Error(w, "There is nothing here.", http.StatusNotFound)
		return
	}
	page := files["/404.html"]
	w.Header().Set("Content-Type", page.contentType)
	w.WriteHeader(http.StatusNotFound)
	if r.Method == http.MethodGet {
		_, _ = w.Write(page.plain.body) // the client is gone
	}
}

// acceptsGzip is for browsers, which all list "gzip" without a weight. A client that
// sends "gzip;q=0" gets the plain file.
func acceptsGzip(r *http.Request) bool {
	for _, part := range strings.Split(r.Header.Get("Accept-Encoding"), ",") {
		name, weight, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.EqualFold(name, "gzip") {
			return !strings.HasPrefix(strings.ReplaceAll(weight, " ", ""), "q=0")
		}
	}
	return false
}
