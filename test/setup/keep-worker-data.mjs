/**
 * `node --import` this file in the processes of jest-light-runner. The runner answers the first process that asks for
 * its data by sending the data to every process, and then forgets all of them. A process that gets the answer before it
 * asks would lose it and wait for ever. This file keeps an early answer until the process asks.
 */
const QUESTION = 'jest-light-runner-get-worker-data';
const ANSWER = 'jest-light-runner-worker-data';

if (process.send && process.env.TINYPOOL_WORKER_ID !== undefined) {
  const [send, emit] = [process.send.bind(process), process.emit.bind(process)];
  let answer;
  // A listener of 'message' would take the messages that arrive before the runner listens.
  process.emit = (event, ...values) => {
    if (event === 'message' && values[0]?.type === ANSWER) answer = values[0];
    return emit(event, ...values);
  };
  process.send = (message, ...options) => {
    if (message !== QUESTION || answer === undefined) return send(message, ...options);
    process.nextTick(() => emit('message', answer));
    return true;
  };
}
