/**
 * What the functions use of undici, in place of the whole of it, which would make up most of a bundle: fetch, mocks,
 * caches and web sockets stay out. The paths are relative, because `undici` leads here while a bundle is made.
 */
import api from '../../../node_modules/undici/lib/api/index.js';
import * as errors from '../../../node_modules/undici/lib/core/errors.js';
import Agent from '../../../node_modules/undici/lib/dispatcher/agent.js';
import Dispatcher from '../../../node_modules/undici/lib/dispatcher/dispatcher.js';

// Undici's own index adds `request` and its siblings to every dispatcher in the same way.
Object.assign(Dispatcher.prototype, api);

export { Agent, errors };
