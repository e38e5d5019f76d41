package client

import (
	"net/http"
	"regexp"
)

var idPattern = regexp.MustCompile(`^[0-9A-Za-z]{1,64}$`)

// checkID keeps an id that a user typed from becoming another path, such as that of the
// list. An invalid id gets the API's own answer to an unknown one.
func checkID(id string) error {
	if idPattern.MatchString(id) {
		return nil
	}
	return &Problem{
		Type: ProblemPrefix + "message-not-found", Title: "No such message", Status: http.StatusNotFound,
		Detail: "A message's id is letters and digits, as the inbox shows it.",
	}
}
