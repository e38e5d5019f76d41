package topics

import (
	"fmt"
	"time"

	"github.com/sealpost/sealpost/adapters/embedded/mail"
	"github.com/sealpost/sealpost/ports"
)

// notification returns a mail with the number of waiting messages and the page's URL. It contains no sender
// and no content, because many machines can read e-mail in transit.
func notification(to string, waiting ports.UnreadCount, pageURL string, at time.Time) mail.Message {
	line := "You have " + count(waiting) + " waiting."
	return mail.Message{To: to, Subject: line, Text: line + "\n\nRead at " + pageURL + "\n", At: at}
}

func count(c ports.UnreadCount) string {
	switch {
	case c.More:
		return fmt.Sprintf("more than %s sealed messages", thousands(c.Unread))
	case c.Unread == 1:
		return "1 sealed message"
	}
	return thousands(c.Unread) + " sealed messages"
}

// thousands formats 1000 as 1,000. Counts end at ports.UnreadCeiling.
func thousands(n int) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%d,%03d", n/1000, n%1000)
}
