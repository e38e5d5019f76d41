package projections

import (
	"strings"

	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
	"github.com/sealpost/sealpost/internal/projection"
)

// Queries returns the queries of a projection's first generation.
func Queries(p projection.Projection) []string {
	var queries []string
	for _, t := range tables() {
		if t.Name == p.Name {
			for _, q := range t.queries {
				queries = append(queries, strings.ReplaceAll(q, "{table}", tableName(p.Name, 1)))
			}
		}
	}
	return queries
}

// Statements returns what writes many rows of a projection's first generation.
func Statements(p projection.Projection) (texts []string) {
	for _, t := range tables() {
		if t.Name != p.Name {
			continue
		}
		w := newWriter(t, func(s string) string { return strings.ReplaceAll(s, "{table}", tableName(p.Name, 1)) })
		texts = append(texts, w.upserts.sql[8])
		for _, m := range w.moves {
			texts = append(texts, m.sql[8])
		}
		if w.isOccupied != "" {
			texts = append(texts, w.isOccupied)
		}
	}
	return texts
}

// DigestQuery is the query that a comparison reads.
func DigestQuery(p projection.Projection) string {
	for _, t := range tables() {
		if t.Name == p.Name {
			return strings.ReplaceAll(t.digest, "{table}", tableName(p.Name, 1))
		}
	}
	return ""
}

// Columns are those that a projection's rows are written with.
func Columns(p projection.Projection) []string {
	for _, t := range tables() {
		if t.Name == p.Name {
			return t.columns()
		}
	}
	return nil
}

// DB is the set's database.
func (s *Set) DB() *sqlite.DB { return s.db }
