package operator

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/sealpost/sealpost/adapters/aws/deployment"
	"github.com/sealpost/sealpost/adapters/aws/dynamodb"
	"github.com/sealpost/sealpost/adapters/aws/kms"
	"github.com/sealpost/sealpost/cmd/sealpost/cli"
	"github.com/sealpost/sealpost/internal/cursor"
	"github.com/sealpost/sealpost/ports"
)

type keysCmd struct {
	List  listKeysCmd  `cmd:"" help:"List the keys of a deployment on AWS, also those that lost their alias."`
	Shred shredKeysCmd `cmd:"" help:"Delete keys on AWS, and with them what every message under them says."`
}

type keysFlags struct {
	cli.JSONFlag `embed:""`
	Stack        string `env:"SEALPOST_STACK" placeholder:"FILE" help:"What terraform output -json printed of the deployment."`
	User         string `placeholder:"NAME" help:"The keys of this user only."`
}

// keyring is the keys that a command works on.
type keyring struct {
	inventory *kms.Inventory
	keys      []kms.Key
}

// open finds the keys with the rights of the key admins' role.
func (f *keysFlags) open(ctx context.Context) (keyring, error) {
	backend := backendFlags{Stack: f.Stack}
	if f.Stack == "" {
		return keyring{}, cli.Fail(cli.ExitUsage, "no-stack", "this command works on AWS only",
			"On one machine the keys are in the database of the server.", "--stack stack.json; "+backend.describe())
	}
	s, cfg, err := backend.deployment(ctx)
	if err != nil {
		return keyring{}, err
	}
	if cfg, err = asKeyAdmin(ctx, cfg, s.KeyAdminRoleARN); err != nil {
		return keyring{}, explainAWS(err)
	}
	userID, err := f.userID(ctx, cfg, s)
	if err != nil {
		return keyring{}, explainAWS(err)
	}
	inventory := kms.NewInventory(cfg, s.Prefix)
	keys, err := inventory.List(ctx, userID)
	return keyring{inventory, keys}, explainAWS(err)
}

// asKeyAdmin assumes the role that administers keys, unless the credentials already
// have that role. Use a profile with role_arn and mfa_serial for a second factor.
func asKeyAdmin(ctx context.Context, cfg aws.Config, roleARN string) (aws.Config, error) {
	client := sts.NewFromConfig(cfg)
	me, err := client.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return cfg, err
	}
	role := roleARN[strings.LastIndexByte(roleARN, '/')+1:]
	if strings.Contains(aws.ToString(me.Arn), ":assumed-role/"+role+"/") {
		return cfg, nil
	}
	cfg.Credentials = aws.NewCredentialsCache(stscreds.NewAssumeRoleProvider(client, roleARN, func(o *stscreds.AssumeRoleOptions) {
		o.RoleSessionName = "sealpost-keys"
	}))
	_, err = cfg.Credentials.Retrieve(ctx)
	return cfg, err
}

// userID returns the id of the user in the flags, or "" if there is none.
func (f *keysFlags) userID(ctx context.Context, cfg aws.Config, s deployment.Deployment) (string, error) {
	if f.User == "" {
		return "", nil
	}
	table := s.Tables[deployment.Key("users", s.Generations["users"].Live)]
	user, err := dynamodb.NewUsers(cfg, table, cursor.Signer{}).ByUsername(ctx, f.User)
	if errors.Is(err, ports.ErrNotFound) {
		return "", cli.Fail(cli.ExitNotFound, "user-not-found", "no such user", fmt.Sprintf("Nobody is registered as %q.", f.User), "sealpost keys list")
	}
	return user.ID, err
}

type listKeysCmd struct {
	keysFlags
}

func (*listKeysCmd) Help() string {
	return `A key without an alias is in no use: the call that was to give it one failed. It costs as much as any other, and keys shred finds it by its tags.

The command assumes the role of Terraform's output key_admin_role_arn; the variable key_admins says who may. If that wants a second factor, name a profile that has role_arn and mfa_serial by AWS_PROFILE.

Example:

	sealpost keys list --stack stack.json
	AWS_PROFILE=key-admin sealpost keys list --stack stack.json --user alice --json`
}

type keyList struct {
	Keys []kms.Key `json:"keys"`
}

func (c *listKeysCmd) Run(ctx context.Context, env *cli.Env) error {
	found, err := c.open(ctx)
	if err != nil {
		return err
	}
	if len(found.keys) == 0 {
		return env.Result(keyList{[]kms.Key{}}, "There are no keys.")
	}
	return env.Result(keyList{found.keys}, keyTable(found.keys))
}

func keyTable(keys []kms.Key) string {
	rows := [][]string{{"USER ID", "KEY", "STATE", "CREATED", "ALIAS"}}
	for _, k := range keys {
		owner, alias, state := k.UserID, k.Alias, k.State
		if owner == "" {
			owner = "(shared)"
		}
		if alias == "" {
			alias = "-"
		}
		if k.DeletedAt != nil {
			state += " until " + k.DeletedAt.UTC().Format(time.DateOnly)
		}
		rows = append(rows, []string{owner, k.ID, state, stamp(k.CreatedAt), alias})
	}
	return cli.Table(rows)
}
