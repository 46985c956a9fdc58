import type { Adapter, AdapterPayload } from 'oidc-provider';

/** In-memory storage of the provider. The package's own memory adapter prints a warning on the console. */
export class Memory {
  private readonly kept = new Map<string, { model: string; payload: AdapterPayload }>();

  /** Deletes every token and consent. */
  forgetGrants(): void {
    for (const [key, { model }] of this.kept) if (model !== 'Session' && model !== 'Interaction') this.kept.delete(key);
  }

  adapter(model: string): Adapter {
    const key = (id: string): string => `${model}:${id}`;
    const find = async (id: string): Promise<AdapterPayload | undefined> => this.kept.get(key(id))?.payload;
    const findBy = async (field: 'uid' | 'userCode', value: string): Promise<AdapterPayload | undefined> =>
      [...this.kept.values()].find((each) => each.model === model && each.payload[field] === value)?.payload;
    return {
      find,
      findByUid: (uid) => findBy('uid', uid),
      findByUserCode: (code) => findBy('userCode', code),
      upsert: async (id, payload) => void this.kept.set(key(id), { model, payload }),
      consume: async (id) => void Object.assign((await find(id)) ?? {}, { consumed: Math.floor(Date.now() / 1000) }),
      destroy: async (id) => void this.kept.delete(key(id)),
      revokeByGrantId: async (grantId) => {
        for (const [each, { payload }] of this.kept) if (payload.grantId === grantId) this.kept.delete(each);
      },
    };
  }
}
