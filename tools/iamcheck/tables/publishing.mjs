// Who may say what on the bus: a function publishes the events that are its own to say, and no others.

import { administrator, ours } from "../actors.mjs";
import { account, bus, arn } from "../values.mjs";

const sources = {
  UserVerified: "sealpost.users", UserKeyCreated: "sealpost.users", UserTopicRequested: "sealpost.users", UserTopicCreated: "sealpost.users",
  MessageStored: "sealpost.messages", MessageRead: "sealpost.messages",
};

const publishers = {
  "producers-verifyuser": ["UserVerified"],
  "producers-signup": [],
  "producers-requesttopic": ["UserTopicRequested"],
  "producers-storemessage": ["MessageStored"],
  "producers-readmessage": ["MessageRead"],
  "consumers-userkey": ["UserKeyCreated"],
  "consumers-usertopic": ["UserTopicCreated"],
  "consumers-reconcile": ["MessageStored"],
  "consumers-users-1": [], "consumers-inbox-1": [], "consumers-unread-1": [], "consumers-notify": [],
  "queries-users": [], "queries-me": [], "queries-inbox": [], "queries-unread": [], "queries-message": [],
};

const put = (who, type, source, allowed, because, resource = bus) => ({
  who, action: "events:PutEvents", resource, account,
  context: { "events:source": [source], "events:detail-type": [type] }, allowed, because,
});

export const title = "publishing";
export const rows = [
  ...Object.entries(publishers).flatMap(([name, own]) => Object.entries(sources).map(([type, source]) =>
    put(ours(name), type, source, own.includes(type), own.includes(type) ? `${type} is ${name}'s to say` : `${type} is not ${name}'s to say`))),
  ...Object.entries(publishers).flatMap(([name, own]) => [...new Set(Object.values(sources))].flatMap((source) =>
    Object.keys(sources).filter((type) => sources[type] !== source).map((type) =>
      put(ours(name), type, source, false, own.includes(type) ? `${type} comes from its own source` : `${type} is not ${name}'s to say, whatever the source`)))),
  put(ours("producers-storemessage"), "MessageStored", "sealpost.messages", false, "nor on another bus", arn("events", "event-bus/default")),
  {
    who: ours("producers-storemessage"), action: "events:PutEvents", resource: bus, account, allowed: false,
    context: { "events:source": ["sealpost.messages"] }, because: "nor without saying what",
  },
  put(administrator("events"), "MessageStored", "sealpost.messages", true, "operators whom IAM lets can publish; the bus itself asks nothing more"),
];
