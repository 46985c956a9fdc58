interface Content {
  schema?: object;
}

interface Response {
  description?: string;
  content?: Record<string, Content>;
  headers?: Record<string, object>;
  $ref?: string;
}

export interface Operation {
  operationId: string;
  summary?: string;
  tags?: string[];
  security?: object[];
  parameters?: object[];
  requestBody?: object;
  responses: Record<string, Response>;
}

/** Properties of a route, from its decorators. */
export interface RouteKind {
  /** `AddAccountEndpoint.add` */
  handler: string;
  /** needs no session and no token */
  open: boolean;
  /** answers from read models, with `X-Position` */
  reads: boolean;
  /** answers with a secret, so that no answer is stored for `Idempotency-Key` */
  secret: boolean;
}
