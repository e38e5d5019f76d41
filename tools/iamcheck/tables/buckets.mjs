// The buckets, against those whom IAM lets do everything.

import { administrator, otherAccount, plainHttp, service, tls } from "../actors.mjs";
import { account, bucket, prefix, region } from "../values.mjs";
import { document } from "../render.mjs";

const ciphertext = { resource: `${bucket}/messages/01K`, account, resourcePolicy: document("ciphertext-bucket") };
const web = { resource: `arn:aws:s3:::${prefix}-web-${account}-${region}/index.html`, account, resourcePolicy: document("web-bucket") };
const distribution = (id) => service("cloudfront", `arn:aws:cloudfront::${account}:distribution/${id}`);
const create = { "s3:if-none-match": "*" };

export const title = "buckets";
export const rows = [
  { ...ciphertext, who: administrator("s3"), action: "s3:PutObject", context: { ...tls, ...create }, allowed: true, because: "whom IAM lets may add" },
  { ...ciphertext, who: administrator("s3"), action: "s3:PutObject", context: tls, allowed: false, because: "but nobody overwrites what an event claims" },
  { ...ciphertext, who: administrator("s3"), action: "s3:GetObject", context: plainHttp, allowed: false, because: "nothing travels in the clear" },
  { ...ciphertext, who: otherAccount("s3"), action: "s3:GetObject", context: tls, allowed: false, because: "no other account reads" },
  { ...ciphertext, who: service("cloudfront", `arn:aws:cloudfront::${account}:distribution/EMOCK0000001`), action: "s3:GetObject", context: tls, allowed: false, because: "the page's distribution does not serve ciphertext" },
  { ...web, who: distribution("EMOCK0000001"), action: "s3:GetObject", context: tls, allowed: true, because: "the page's distribution reads the page" },
  { ...web, who: distribution("EOTHER000001"), action: "s3:GetObject", context: tls, allowed: false, because: "no other distribution does" },
  { ...web, who: distribution("EMOCK0000001"), action: "s3:PutObject", context: tls, allowed: false, because: "nor does it write" },
  { ...web, who: otherAccount("s3"), action: "s3:GetObject", context: tls, allowed: false, because: "visitors come by the distribution" },
];
