// Content platform: a router with a scorer of one's own. Both models are simulations with a stated
// error model.
import { router, textOf, userCall } from 'tandem';
import { simulatedModel } from 'tandem/testing';

const desk = router({
  local: simulatedModel({
    modelId: 'simulated-local',
    accuracy: 1,
    truth: prompt => `Title: ${prompt.slice(7, 30)}`,
  }),
  cloud: simulatedModel({
    modelId: 'simulated-cloud',
    place: 'cloud',
    accuracy: 1,
    truth: () => 'An essay …',
  }),
  scorer: text => (text.startsWith('Title') ? 0.9 : 0.1),
});

for (const request of [
  'Title: storms on the coast',
  'Write an essay on the storms of this winter.',
]) {
  const { providerMetadata, ...answer } = await desk.doGenerate(userCall(request));
  console.log(request, '→', textOf(answer), providerMetadata?.tandem);
}
