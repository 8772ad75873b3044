/** One seed after the other, in a thread of the pool. */
export { playSeed as default } from './players.ts';
