environment = "prod"
region      = "eu-central-1"
account_id  = "123456789012" # keeps the wrong profile from deploying

alarm_emails = ["operations@example.org"]

# Cognito's own sender stops at 50 mails a day.
ses_sender = {
  identity_arn = "arn:aws:ses:eu-central-1:123456789012:identity/example.org"
  from         = "Sealpost <post@example.org>"
}

web_domain = {
  names           = ["post.example.org"]
  certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/00000000-0000-4000-8000-000000000000"
}

# A burst of mail must not take the whole account's concurrency. Of the account's limit, AWS keeps 100 unreserved: ask for
# 1,000 first (docs/aws.md, quotas), or leave this out.
reserved_concurrency = {
  "producers-storemessage" = 100
  "queries-message"        = 100
}
