package operator

import (
	"context"
	"fmt"

	"github.com/sealpost/sealpost/adapters/aws/kms"
	"github.com/sealpost/sealpost/cmd/sealpost/cli"
)

type shredKeysCmd struct {
	keysFlags
	All  bool  `help:"All keys of the deployment, the shared one included."`
	Days int32 `default:"30" placeholder:"N" help:"After how many days the keys are gone, 7 to 30 (30). Until then a deletion can be cancelled."`
	Yes  bool  `help:"Do it. Without it the command only says what it would do."`
}

func (*shredKeysCmd) Help() string {
	return `From now on the keys open nothing and cost nothing, and after some days they are gone: what was sealed under them can then never be read again, by anybody. Until then aws kms cancel-key-deletion and enable-key bring a key back.

The keys are found by their tags, so that one without an alias goes too. Keys that are going already are left alone: if the command fails or is stopped, the same command again does the rest. A key that was made within the last five minutes may be refused until they are over.

Like keys list, it assumes the role of Terraform's output key_admin_role_arn. make destroy runs it with --all before the role goes.

Example:

	sealpost keys shred --stack stack.json --user alice
	sealpost keys shred --stack stack.json --user alice --yes
	sealpost keys shred --stack stack.json --all --days 7 --yes`
}

func (c *shredKeysCmd) Validate() error {
	switch {
	case c.All == (c.User != ""):
		return cli.Usage("whose keys: give --user NAME or --all")
	case c.Days < 7 || c.Days > 30:
		return cli.Usage("--days is 7 to 30")
	}
	return nil
}

type shredded struct {
	Keys   []kms.Key `json:"keys"`   // scheduled for deletion by this command
	Before int       `json:"before"` // scheduled before
	Failed int       `json:"failed"` // not scheduled, because of an error
}

func (c *shredKeysCmd) Run(ctx context.Context, env *cli.Env) error {
	found, err := c.open(ctx)
	if err != nil {
		return err
	}
	done := shredded{Keys: []kms.Key{}}
	var left []kms.Key
	for _, k := range found.keys {
		if k.Going() {
			done.Before++
		} else {
			left = append(left, k)
		}
	}
	if !c.Yes && len(left) > 0 {
		env.Notice(keyTable(left))
		return cli.Fail(cli.ExitFirst, "not-confirmed", fmt.Sprintf("%d keys would be shredded", len(left)),
			"What is sealed under them can be opened by nobody any more.", "the same command with --yes")
	}
	var failure error
	for _, k := range left {
		at, err := found.inventory.Shred(ctx, k, c.Days)
		if err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			done.Failed++
			failure = err
			env.Warn(err.Error())
			continue
		}
		if k.State = kms.PendingDeletion; !at.IsZero() {
			k.DeletedAt = &at
		}
		done.Keys = append(done.Keys, k)
	}
	text := fmt.Sprintf("%d keys are shredded, gone in %d days; %d were going already.", len(done.Keys), c.Days, done.Before)
	if err := env.Result(done, text); err != nil || failure == nil {
		return err
	}
	return cli.Fail(cli.ExitUnavailable, "keys-left", fmt.Sprintf("%d keys could not be shredded", done.Failed), failure.Error(),
		"the same command again; a key that was made within the last five minutes may be refused until they are over")
}
