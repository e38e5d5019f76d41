package username

import (
	"slices"
	"strings"
	"sync"
	"unicode"
)

// reservedNames seem to speak for the deployment, or address everyone.
var reservedNames = strings.Fields(`
	admin administrator admins root superuser sysadmin sysop system operator operators
	moderator owner staff team official support helpdesk help service security abuse
	postmaster hostmaster webmaster mailer-daemon daemon no-reply noreply
	notification notifications billing all everyone everybody anybody nobody anonymous
	me you null undefined none`)

// brand is forbidden in every name, because users would also believe sealpost-support.
const brand = "sealpost"

// reservedSkeletons has the skeletons of the reserved names in lower and upper case,
// which look different.
var reservedSkeletons = sync.OnceValue(func() map[string]bool {
	set := map[string]bool{}
	for _, name := range reservedNames {
		for _, s := range append(Skeletons(plain(name)), Skeletons(strings.ToUpper(plain(name)))...) {
			set[s] = true
		}
	}
	return set
})

func reserved(name string) bool {
	return slices.ContainsFunc(Skeletons(plain(name)), func(s string) bool {
		return reservedSkeletons()[s] || strings.Contains(s, brand)
	})
}

// plain removes punctuation, so that no.reply and -admin- are reserved too.
func plain(name string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.In(r, unicode.P, unicode.S) {
			return r
		}
		return -1
	}, name)
}
