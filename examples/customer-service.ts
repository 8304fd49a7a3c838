// Customer service: a cascade over a help centre. No model is needed; what it cannot answer is
// named, not invented.
import { cascade, documentCall, extractive, notConfigured, TandemError, textOf } from 'tandem';

const helpCentre = `Orders placed before 14:00 leave our warehouse the same day.
Express delivery arrives on the next working day and costs 11.50 euros.
You may return any unused tool within 45 days of delivery.`;
const help = { title: 'help.txt', text: helpCentre };

const desk = cascade({ local: extractive(), cloud: notConfigured('gpt-4.1'), offline: 'fail' });

for (const question of ['What does express delivery cost?', 'Why do my roses wither?']) {
  try {
    const answer = await desk.doGenerate(documentCall(question, [help]));
    console.log(`${question}\n  ${textOf(answer)}`);
  } catch (error) {
    if (!TandemError.isInstance(error)) throw error;
    console.log(`${question}\n  ${error.code}: ${error.message}`);
  }
}
