package operator

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/sealpost/sealpost/adapters/aws/archivecopy"
	"github.com/sealpost/sealpost/adapters/embedded/eventlog"
	"github.com/sealpost/sealpost/cmd/sealpost/cli"
	"github.com/sealpost/sealpost/events"
)

// errEnough ends reading when --limit is reached.
var errEnough = errors.New("as many as were asked for")

func (c *eventsCmd) writeCopy(ctx context.Context, env *cli.Env) error {
	from, err := pastTime("--from", c.From, time.Now())
	if err != nil {
		return err
	}
	until, err := pastTime("--until", c.Until, time.Now())
	if err != nil {
		return err
	}
	s, cfg, err := c.deployment(ctx)
	if err != nil {
		return err
	}
	if s.ArchiveBucket == "" {
		return cli.Fail(cli.ExitNotFound, "no-copy", "this deployment keeps no copy of its archive", "archive_copy is switched off.", "")
	}
	written := 0
	client := s3.NewFromConfig(cfg, func(o *s3.Options) { o.UsePathStyle = cfg.BaseEndpoint != nil })
	err = archivecopy.New(client, s.ArchiveBucket).Read(ctx, from, until, func(d events.Delivery) error {
		if len(c.Type) > 0 && !slices.Contains(c.Type, d.DetailType) {
			return nil
		}
		if c.Subject != "" {
			// An event that cannot be decoded has no subject, so only a list of all
			// subjects shows it.
			if ev, err := d.Event(); err != nil || ev.Metadata.Subject != c.Subject {
				return nil //nolint:nilerr // see above
			}
		}
		if written++; c.Limit > 0 && written > c.Limit {
			return errEnough
		}
		return writeEntry(env, eventlog.Entry{Delivery: d})
	})
	if errors.Is(err, errEnough) {
		return nil
	}
	return explainAWS(err)
}
