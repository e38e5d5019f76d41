// The example environment that policies are rendered for: the one that terraform/tests/mocks describes to Terraform.
// terraform test compares what it plans with what is rendered here, so what is decided here is what Terraform deploys.

export const account = "123456789012";
export const region = "eu-central-1";
export const prefix = "sealpost-test";
export const identityPool = "eu-central-1:11111111-2222-4333-8444-555555555555";
export const userPool = `arn:aws:cognito-idp:${region}:${account}:userpool/eu-central-1_Mock00001`;
export const owner = "0a4b6c8d-1111-4222-8333-94445555aaaa";
export const stranger = "ffffffff-9999-4888-8777-666666666666";

export const arn = (service, resource) => `arn:aws:${service}:${region}:${account}:${resource}`;
export const role = (name) => `arn:aws:iam::${account}:role/${prefix}-${name}`;
export const table = (name) => arn("dynamodb", `table/${prefix}-${name}`);
export const bus = arn("events", `event-bus/${prefix}`);
export const bucket = `arn:aws:s3:::${prefix}-ciphertext-${account}-${region}`;
export const queue = (name) => arn("sqs", `${prefix}-consumers-${name}`);
export const rule = (name) => arn("events", `rule/${prefix}/${prefix}-consumers-${name}`);
export const key = arn("kms", "key/aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee");
export const foreignKey = arn("kms", "key/99999999-bbbb-4ccc-8ddd-eeeeeeeeeeee");
export const aliasOf = (userId) => `alias/${prefix}/user/${userId}`;
export const sharedAlias = `alias/${prefix}/shared`;

const shared = {
  partition: "aws",
  region,
  account_id: account,
  prefix,
  bus_arn: bus,
  ciphertext_bucket_arn: bucket,
  users_table_arn: table("users-*"),
  inbox_table_arn: table("inbox-*"),
  unread_table_arn: table("unread-*"),
  notifications_table_arn: table("notifications"),
  names_table_arn: table("names"),
  user_pool_arn: userPool,
  identity_pool_id: identityPool,
  opener_role_arn: role("opener"),
  sender_role_arn: role("producers-storemessage"),
  key_maker_role_arn: role("consumers-userkey"),
  admin_role_arn: role("key-admin"),
};

export const archiveBucket = `arn:aws:s3:::${prefix}-archive-${account}-${region}`;
const archiveCopy = (template) => ({ template, values: { ...shared, archive_bucket_arn: archiveBucket, bucket_arn: archiveBucket } });
const logGroup = (name) => arn("logs", `log-group:/aws/lambda/${prefix}-${name}`);
const plain = (name) => ({ template: name, values: { ...shared, log_group_arn: logGroup(name) } });
const consumer = (instance, name) => ({
  template: `consumers-${name}`,
  values: {
    ...shared, log_group_arn: logGroup(`consumers-${instance}`), queue_arn: queue(instance),
    // Who fills a generation gets its table alone.
    ...(instance === name ? {} : { [`${name}_table_arn`]: table(instance) }),
  },
});
const queuePolicy = (template, instance, suffix = "") => ({
  template,
  values: { ...shared, queue_arn: queue(instance) + suffix, rule_arn: rule(instance) },
});

const keyAdminTrust = (mfa, ...principals) => ({
  template: "key-admin-trust",
  values: { ...shared, principals: principals.join('", "'), session_condition: mfa ? "aws:MultiFactorAuthPresent" : "aws:SecureTransport" },
});

export const consumers = {
  "users-1": "users", "inbox-1": "inbox", "unread-1": "unread",
  userkey: "userkey", usertopic: "usertopic", notify: "notify",
};

// Every document that is compared and decided on, by the name of its file when rendered.
export const documents = {
  ...Object.fromEntries([
    "producers-verifyuser", "producers-signup", "producers-storemessage", "producers-readmessage", "producers-requesttopic", "queries-users", "queries-me",
    "queries-inbox", "queries-unread", "queries-message",
  ].map((name) => [name, plain(name)])),
  "consumers-reconcile": consumer("reconcile", "reconcile"),
  "queue-reconcile": { template: "object-queue", values: { ...shared, bucket_arn: bucket, queue_arn: queue("reconcile") } },
  "queue-reconcile-dead": queuePolicy("dead-letter-queue", "reconcile", "-dead"),
  ...Object.fromEntries(Object.entries(consumers).flatMap(([instance, name]) => [
    [`consumers-${instance}`, consumer(instance, name)],
    [`queue-${instance}`, queuePolicy("event-queue", instance)],
    [`queue-${instance}-dead`, queuePolicy("dead-letter-queue", instance, "-dead")],
    [`queue-${instance}-undelivered`, queuePolicy("event-queue", instance, "-undelivered")],
  ])),
  opener: plain("opener"),
  "opener-trust": plain("opener-trust"),
  "key-admin": plain("key-admin"),
  "key-admin-trust": keyAdminTrust(true, `arn:aws:iam::${account}:*`),
  "key-admin-trust-named": keyAdminTrust(
    false, `arn:aws:iam::${account}:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Operator_*`, `arn:aws:iam::${account}:role/deployer`,
  ),
  "operator-redrive": plain("operator-redrive"),
  "operator-rebuild": plain("operator-rebuild"),
  "operator-keys": plain("operator-keys"),
  "function-trust": plain("function-trust"),
  "api-log-trust": plain("api-log-trust"),
  "user-key": { template: "user-key", values: { ...shared, user_id: owner } },
  "shared-key": plain("shared-key"),
  "ciphertext-bucket": { template: "ciphertext-bucket", values: { ...shared, bucket_arn: bucket } },
  "web-bucket": {
    template: "web-bucket",
    values: {
      bucket_arn: `arn:aws:s3:::${prefix}-web-${account}-${region}`,
      distribution_arn: `arn:aws:cloudfront::${account}:distribution/EMOCK0000001`,
    },
  },
  "alarm-topic": { template: "alarm-topic", values: { ...shared, topic_arn: arn("sns", `${prefix}-alarms`) } },
  "access-global": { template: "access-global", values: { bus_arn: arn("events", "event-bus/default") } },
  "access-global-trust": plain("access-global-trust"),
  "archive-copy-rule": archiveCopy("archive-copy-rule"),
  "archive-copy-rule-trust": archiveCopy("archive-copy-rule-trust"),
  "archive-copy-stream": archiveCopy("archive-copy-stream"),
  "archive-copy-stream-trust": archiveCopy("archive-copy-stream-trust"),
  "archive-copy-bucket": archiveCopy("archive-copy-bucket"),
  "operator-archive": archiveCopy("operator-archive"),
  "trail-bucket": {
    template: "trail-bucket",
    values: {
      ...shared,
      bucket_arn: `arn:aws:s3:::${prefix}-trail-${account}-${region}`,
      trail_arn: arn("cloudtrail", `trail/${prefix}-trail`),
    },
  },
  "subscriber-queue": {
    template: "subscriber-queue",
    values: {
      account_id: account,
      queue_arn: arn("sqs", `${prefix}-subscriber-audit`),
      rule_arn: arn("events", `rule/${prefix}/${prefix}-subscriber-audit`),
      reader_arn: "arn:aws:iam::210987654321:role/audit",
    },
  },
};
