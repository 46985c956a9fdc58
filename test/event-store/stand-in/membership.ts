import gossip from '@eventstore/db-client/generated/gossip_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import { Metadata, status } from '@grpc/grpc-js';
import type { handleUnaryCall } from '@grpc/grpc-js';
import { randomUUID } from 'node:crypto';

/** A node of a cluster as its members know it. */
export interface Member {
  host: string;
  port: number;
  isAlive: boolean;
  isLeader: boolean;
}

/** Gossip.Read: all members and their states. */
export const serveGossip =
  (members: () => readonly Member[]): handleUnaryCall<shared.Empty, gossip.ClusterInfo> =>
  (_, reply) =>
    reply(null, new gossip.ClusterInfo().setMembersList(members().map(memberInfo)));

function memberInfo({ host, port, isAlive, isLeader }: Member): gossip.MemberInfo {
  const { LEADER, FOLLOWER } = gossip.MemberInfo.VNodeState;
  return new gossip.MemberInfo()
    .setInstanceId(new shared.UUID().setString(randomUUID()))
    .setTimeStamp(String(Date.now() * 10_000))
    .setState(isLeader ? LEADER : FOLLOWER)
    .setIsAlive(isAlive)
    .setHttpEndPoint(new gossip.EndPoint().setAddress(host).setPort(port));
}

/** Refusal of a call that only the leader serves. */
export function notLeader(leader: Member | undefined): Error {
  const trailer = new Metadata();
  if (leader) {
    trailer.set('exception', 'not-leader');
    trailer.set('leader-endpoint-host', leader.host);
    trailer.set('leader-endpoint-port', String(leader.port));
  }
  const [code, details] = leader
    ? [status.NOT_FOUND, `Leader info available: ${leader.host}:${leader.port}`]
    : [status.UNAVAILABLE, 'Server Is Not Ready'];
  return Object.assign(new Error(details), { code, details, metadata: trailer });
}

/** Refusal of a user: unknown, or without the right. */
export function denied(why: 'user' | 'right'): Error {
  const trailer = new Metadata();
  if (why === 'user')
    return Object.assign(new Error(), { code: status.UNAUTHENTICATED, details: '', metadata: trailer });
  trailer.set('exception', 'access-denied');
  return Object.assign(new Error(), {
    code: status.PERMISSION_DENIED,
    details: 'Access Denied',
    metadata: trailer,
  });
}
