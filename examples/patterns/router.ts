// Router: simple requests stay here, hard ones go to the cloud, before anyone has answered.
import { generateText } from 'ai';
import { router, summaryOf } from 'tandem';
import { doubleOf } from 'tandem/testing';

const local = doubleOf({ modelId: 'slm' }, () => ({ text: 'Bonjour.' }));
const cloud = doubleOf({ modelId: 'llm', place: 'cloud' }, () => ({
  text: 'A proof in six steps.',
}));
const platform = router({ local, cloud, scorer: 'hand', offline: 'fail' });
for (const prompt of ['Translate: good day', 'Prove that there are infinitely many primes.']) {
  const { text, providerMetadata } = await generateText({ model: platform, prompt });
  console.log(text, summaryOf({ providerMetadata })?.answeredBy);
}
