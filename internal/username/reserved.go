package username

import (
	"slices"
	"strings"
	"sync"
	"unicode"
)

// reservedNames speak for the deployment, or for everybody.
var reservedNames = strings.Fields(`
	admin administrator admins root superuser sysadmin sysop system operator operators
	moderator owner staff team official support helpdesk help service security abuse
	postmaster hostmaster webmaster mailer-daemon daemon no-reply noreply
	notification notifications billing all everyone everybody anybody nobody anonymous
	me you null undefined none`)

// brand is in no name: sealpost-support would be believed as well.
const brand = "sealpost"

// reservedSkeletons has them in small letters and in capitals, whose looks differ.
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

// plain leaves out punctuation, so that no.reply and -admin- are reserved too.
func plain(name string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.In(r, unicode.P, unicode.S) {
			return r
		}
		return -1
	}, name)
}
