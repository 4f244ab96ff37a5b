package main

import (
	"crypto/rand"
	"encoding/base64"
	"fmt"

	"github.com/spf13/cobra"
)

func newToken(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "token",
		Short: "Print a token for a partner of a private topic",
		Long: `token prints 192 random bits as a token. Put it into a file of its own, readable
by sluice alone, and name that file beside the partner:

    sluice token > tokens/acme

    topics:
      - name: deals
        private: {acme: tokens/acme}

The partner then reads the topic at SITE/private/TOKEN/deals.atom, .rss or
.json, and nobody else does. Removing the line, or the partner's name, and a
reload take it away.`,
		Args: noArguments,
		RunE: func(*cobra.Command, []string) error {
			var bits [24]byte
			_, _ = rand.Read(bits[:]) // never fails
			fmt.Fprintln(a.stdout, base64.RawURLEncoding.EncodeToString(bits[:]))
			return nil
		},
	}
}
