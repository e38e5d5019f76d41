package client

import "github.com/sealpost/sealpost/client"

// maxPage is the API's limit of items in one page.
const maxPage = 100

// collect fetches pages until it has as many items as the flags ask for. It also
// reports whether there are more.
func collect[T any](flags pageFlags, fetch func(client.Page) (items []T, next string, err error)) (all []T, more bool, err error) {
	all = []T{} // so that JSON has [] and not null
	cursor := ""
	for {
		limit := maxPage
		if !flags.All {
			limit = min(maxPage, flags.Limit-len(all))
		}
		items, next, err := fetch(client.Page{Limit: limit, Cursor: cursor})
		if err != nil {
			return nil, false, err
		}
		all = append(all, items...)
		// An empty page with a next page would cause an endless loop.
		if next == "" || len(items) == 0 {
			return all, false, nil
		}
		if !flags.All && len(all) >= flags.Limit {
			return all, true, nil
		}
		cursor = next
	}
}
