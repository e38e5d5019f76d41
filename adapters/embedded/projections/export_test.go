package projections

// Queries gives the text of every query, by what it is for.
func Queries(u *Users, b *Inbox, n *Unread) map[string]string {
	return map[string]string{
		"a user by id":       u.generation.sql(selectUsers + withID),
		"a user by username": u.generation.sql(selectUsers + withUsername),
		"users in order":     u.generation.sql(selectUsers + usersAfter),
		"a message":          b.generation.sql(selectMessage),
		"messages":           b.generation.sql(selectMessages),
		"unread messages":    b.generation.sql(selectUnread),
		"unread count":       n.generation.sql(countUnread),
	}
}

// InboxSchema makes the table of a generation of the inbox.
var InboxSchema = inboxSchema[0]
