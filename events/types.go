package events

import (
	"errors"
	"fmt"
)

// Type is an event's name, and its DetailType on EventBridge.
type Type string

// Event types.
const (
	TypeUserVerified       Type = "UserVerified"
	TypeUserKeyCreated     Type = "UserKeyCreated"
	TypeUserTopicRequested Type = "UserTopicRequested"
	TypeUserTopicCreated   Type = "UserTopicCreated"
	TypeMessageStored      Type = "MessageStored"
	TypeMessageRead        Type = "MessageRead"
)

// Sources of events, as EventBridge rules match them.
const (
	SourceUsers    = "sealpost.users"
	SourceMessages = "sealpost.messages"
)

// ErrInvalid is wrapped by every error about an event that is well-formed JSON but breaks a rule: a field is
// missing, too long or out of range.
var ErrInvalid = errors.New("invalid event")

// Data is the content of an event. The set of implementations is closed: only the types of this package can
// be published or decoded.
type Data interface {
	Type() Type
	// subject returns the id of the user or message that the event is about.
	subject() string
	// validate reports every field that breaks the event's schema.
	validate() error
}

// UserVerified says that a user confirmed their e-mail address. Consumers then give the user a key and a
// topic.
type UserVerified struct {
	// UserID is the user pool's sub, an opaque id that never changes.
	UserID string `json:"userId"`
	// Username is spelled as the user chose it, 1 to 128 characters.
	Username string `json:"username"`
}

// UserKeyCreated says which key seals messages to a user.
type UserKeyCreated struct {
	UserID string `json:"userId"`
	// KeyID is the key's alias on AWS, an opaque id elsewhere.
	KeyID string `json:"keyId"`
	// Exclusive says that the key seals messages of no other user, so deleting the key shreds this user's
	// messages alone. It is false for a shared key, and for every event of version 1, which did not record
	// it.
	Exclusive bool `json:"exclusive"`
}

// UserTopicRequested says that a user asked to be notified at their current address, because they never
// confirmed the subscription or their address changed.
type UserTopicRequested struct {
	UserID string `json:"userId"`
}

// UserTopicCreated says where a user is notified.
type UserTopicCreated struct {
	UserID string `json:"userId"`
	// TopicID is the topic's ARN on AWS, an opaque id elsewhere.
	TopicID string `json:"topicId"`
}

// MessageStored says that a sealed message is durable and can be opened by its recipient. Opening needs only
// this event, the ciphertext at ObjectKey and the recipient's key.
type MessageStored struct {
	MessageID   string `json:"messageId"`
	SenderID    string `json:"senderId"`
	RecipientID string `json:"recipientId"`
	// ObjectKey is the key of the ciphertext in the blob store (the claim check).
	ObjectKey string `json:"objectKey"`
	KeyID     string `json:"keyId"`
	// WrappedKey is the message's data key, encrypted under KeyID. In JSON it is standard base64.
	WrappedKey []byte `json:"wrappedKey"`
	Algorithm  string `json:"algorithm"`
	// Size is the length of the plaintext body in bytes.
	Size int64 `json:"size"`
}

// MessageRead says that the recipient marked a message as read. One message may have several of these events.
type MessageRead struct {
	MessageID   string `json:"messageId"`
	RecipientID string `json:"recipientId"`
}

// Type implements [Data].
func (UserVerified) Type() Type { return TypeUserVerified }

// Type implements [Data].
func (UserKeyCreated) Type() Type { return TypeUserKeyCreated }

// Type implements [Data].
func (UserTopicRequested) Type() Type { return TypeUserTopicRequested }

// Type implements [Data].
func (UserTopicCreated) Type() Type { return TypeUserTopicCreated }

// Type implements [Data].
func (MessageStored) Type() Type { return TypeMessageStored }

// Type implements [Data].
func (MessageRead) Type() Type { return TypeMessageRead }

func (d UserVerified) subject() string       { return d.UserID }
func (d UserKeyCreated) subject() string     { return d.UserID }
func (d UserTopicRequested) subject() string { return d.UserID }
func (d UserTopicCreated) subject() string   { return d.UserID }
func (d MessageStored) subject() string      { return d.MessageID }
func (d MessageRead) subject() string        { return d.MessageID }

func (d UserVerified) validate() error {
	return errors.Join(text("userId", d.UserID, maxID), text("username", d.Username, maxUsername))
}

func (d UserKeyCreated) validate() error {
	return errors.Join(text("userId", d.UserID, maxID), text("keyId", d.KeyID, maxResource))
}

func (d UserTopicRequested) validate() error { return text("userId", d.UserID, maxID) }

func (d UserTopicCreated) validate() error {
	return errors.Join(text("userId", d.UserID, maxID), text("topicId", d.TopicID, maxResource))
}

func (d MessageStored) validate() error {
	errs := []error{
		text("messageId", d.MessageID, maxID),
		text("senderId", d.SenderID, maxID),
		text("recipientId", d.RecipientID, maxID),
		text("objectKey", d.ObjectKey, maxResource),
		text("keyId", d.KeyID, maxResource),
		text("algorithm", d.Algorithm, maxAlgorithm),
	}
	if n := len(d.WrappedKey); n == 0 || n > maxWrappedKey {
		errs = append(errs, fmt.Errorf("%w: wrappedKey has %d bytes, want 1 to %d", ErrInvalid, n, maxWrappedKey))
	}
	if d.Size < 0 {
		errs = append(errs, fmt.Errorf("%w: size is %d, want 0 or more", ErrInvalid, d.Size))
	}
	return errors.Join(errs...)
}

func (d MessageRead) validate() error {
	return errors.Join(text("messageId", d.MessageID, maxID), text("recipientId", d.RecipientID, maxID))
}
