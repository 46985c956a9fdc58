import compress from '@fastify/compress';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { constants } from 'node:zlib';

/** Smaller answers fit into one packet anyway. */
const FROM_BYTES = 1024;
/** Above it, Brotli costs several times the CPU for a few percent. */
const BROTLI_QUALITY = 4;

/** The package would compress each type that mime-db calls compressible, and `message/rfc822` is one. */
const FILE_OF_MAIL = /\/(raw|attachments\/:index)$/;

/**
 * Compresses JSON and the files of `/api/docs`. Answers that hold a new secret are answers of commands and stay as they
 * are: the length of a compressed secret beside the input of an attacker would tell it (BREACH). Live streams and files
 * of mail stay as they are too. Call it before adding routes.
 */
export async function compressAnswers(app: NestFastifyApplication): Promise<void> {
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRoute', (route) => {
      const changes = [route.method].flat().some((method) => !['GET', 'HEAD'].includes(method));
      if (changes || FILE_OF_MAIL.test(route.url)) Object.assign(route, { compress: false });
    });
  await app.register(compress as never, {
    globalDecompression: false,
    encodings: ['br', 'gzip'],
    threshold: FROM_BYTES,
    customTypes: /^(application\/(problem\+)?json|text\/(css|javascript))(;|$)/,
    brotliOptions: { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } },
  });
}
