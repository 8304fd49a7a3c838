import { describe, expect, it } from 'vitest';
import { nonAnswerIn } from './non-answer.ts';

const q = 'What is the capital of Australia?';
const none: readonly (readonly [text: string, request: string])[] = [
  ["I'm sorry, but I don't know the capital of Australia.", q],
  ["I don't know.", q],
  ["Sorry, I'm not sure.", q],
  ['I am not sure about that, but it might be Sydney.', q],
  ['I have no idea.', q],
  ['Unfortunately, I do not have enough information to answer this.', q],
  ["I can't tell.", q],
  [
    "As an AI language model, I don't have access to real-time data.",
    'What is the weather in Oslo right now?',
  ],
  ['I do not have real-time access to weather data, so I cannot say.', 'Weather in Oslo?'],
  ["I'm sorry, but as an AI I cannot browse the internet.", 'Latest news?'],
  ["My knowledge cutoff is September 2021, so I can't say.", 'Who won?'],
  ['I cannot access your account.', 'What is my balance?'],
  ["I'm sorry, but I can't assist with that.", q],
  ['I cannot help with that request.', q],
  ['As an AI language model, I cannot discuss political topics.', q],
  ['I must decline.', q],
  ["I'm unable to answer this question.", q],
  ["I won't do that.", 'Write a poem about war.'],
  ["I'm sorry, I can't write that poem.", 'Write a poem about war.'],
  ["Sorry, but I can't help with that.", 'Translate "good day" to French.'],
  ['I apologize, but I cannot provide medical advice.', 'What is aspirin for?'],
  [
    "I'm sorry for the confusion, but as a chatbot designed to assist with customer " +
      'inquiries, I cannot answer',
    q,
  ],
  ['Could you please clarify what you mean?', q],
  ['What do you mean by capital?', q],
  ['Please provide more details.', q],
  ['How can I help you today?', q],
  ['I need more information to answer.', q],
  ['Which Australia do you mean?', q],
  ['What is the capital of Australia?', q],
  ['what is the capital of australia', q],
  [
    'The customer is asking about the price of express delivery.',
    'Our shop ships...\n\nCustomer: How much is express delivery?\nAnswer the ' +
      'customer in one or two sentences.',
  ],
  ['The capital of Australia is Sydney. '.repeat(60), q],
  ['The answer is 4. '.repeat(20), '2+2?'],
  ['no no no no no no no no no no no no no no no no no no', q],
  [
    '哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈',
    '笑う?',
  ],
  ['The capital of Australia is [insert name].', q],
  ['Dear [Name], the capital is [capital].', q],
  ['TODO', q],
  ['Lorem ipsum dolor sit amet, consectetur.', q],
  ['The answer is ____.', q],
  ['...', q],
  ['澳大利亚的首都是堪培拉。', q],
  ['Столица Австралии — Канберра.', q],
  ['Canberra<|im_end|>\n<|im_start|>user\nNext', q],
  ['[/INST] Canberra', q],
  ['Canberra.\nUser: thanks\nAssistant: bye', q],
  ['The capital of Australia is', q],
  ['To solve this problem, we need to find the', q],
  ['The capital, which was chosen in 1908,', q],
  ['Das weiß ich leider nicht.', 'Was ist die Hauptstadt?'],
  ['Ich weiß es nicht.', 'Was ist die Hauptstadt von Laos?'],
  ['Tut mir leid, dabei kann ich nicht helfen.', 'Wie ist das Wetter?'],
  ['Es tut mir leid, aber ich kann diese Frage nicht beantworten.', 'Wie?'],
  ['Ich habe keinen Zugriff auf Echtzeitdaten.', 'Wetter?'],
  ['Könnten Sie bitte genauer angeben, was Sie meinen?', 'Preis?'],
  ['Je ne sais pas.', 'Quelle est la capitale ?'],
  ['Désolé, je ne peux pas vous aider.', 'Quelle est la capitale ?'],
  ["Je n'ai pas accès aux données en temps réel.", 'Météo ?'],
  ['Pourriez-vous préciser votre question ?', 'Prix ?'],
  ['No lo sé.', '¿Cuál es la capital?'],
  ['Lo siento, no puedo ayudar con eso.', '¿Cuál?'],
  ['No tengo acceso a datos en tiempo real.', '¿Tiempo?'],
  ['¿Podrías aclarar tu pregunta?', '¿Precio?'],
  ['Non lo so.', 'Qual è la capitale?'],
  ['Mi dispiace, non posso aiutarti.', 'Qual è?'],
  ['Non ho accesso a dati in tempo reale.', 'Meteo?'],
  ['Não sei.', 'Qual é a capital?'],
  ['Desculpe, não posso ajudar com isso.', 'Qual?'],
  ['Não tenho acesso a dados em tempo real.', 'Tempo?'],
  ["I don't have that information.", 'Who is the CEO of Acme?'],
  ["I'm afraid I don't know.", q],
  ['I do not know the answer to that question.', q],
  ['It would be inappropriate for me to answer.', q],
  ["I'd prefer not to answer.", q],
  ["I can't recall.", q],
  ["I couldn't find any information on that.", q],
  ['申し訳ありませんが、わかりません。', 'オーストラリアの首都はどこですか？'],
  ['抱歉，我不知道。', '澳大利亚的首都是哪里？'],
  ['죄송합니다. 잘 모르겠습니다.', '호주의 수도는 어디입니까?'],
  ['Извините, я не знаю.', 'Какая столица Австралии?'],
  ['Helaas, ik weet het niet.', 'Wat is de hoofdstad van Australië?'],
  ['Niestety nie wiem.', 'Jaka jest stolica Australii?'],
  ['Ik kan je daar niet mee helpen.', 'Wat is de hoofdstad?'],
  ['You asked: "What is the capital of Australia?"', q],
  ['Question: What is the capital of Australia?', q],
  ['Sure! Please provide the question you would like me to answer about Australia.', q],
  ['Sure, I can help you with that!', q],
  ['Certainly! Let me think about the capital of Australia.', q],
  ['Of course.', q],
  ['N/A', q],
  ['unknown', q],
  ['Not available.', q],
  ['The capital of Australia is TODO.', q],
  ['!!!!!!!!!!!!!!!!!!!!!!!!', q],
  [`${'`'.repeat(3)}json\n${'`'.repeat(3)}`, q],
];

const answers: readonly (readonly [text: string, request: string])[] = [
  ["The error message says I don't know", 'What does the error message say?'],
  ['Je ne sais pas.', 'Translate "I don\'t know" to French.'],
  ["I don't know.", 'Translate "Je ne sais pas" into English.'],
  ['Keine Ahnung.', 'How do you say "no idea" in German?'],
  ['"I cannot help with that" was the reply.', 'What was the reply?'],
  ['[Insert name here]', 'Write the placeholder text "Insert name here" in brackets.'],
  ['Dear [Name],\nThank you for your letter.', 'Write a short letter template.'],
  [
    "Dear Mr Smith,\nI'm sorry, but I cannot attend.",
    'Write a polite note declining an invitation.',
  ],
  ["I'm sorry, but I cannot attend the party.", 'Write one sentence declining an invitation.'],
  ['The capital of Australia is Canberra.', q],
  ['Canberra', q],
  ['No.', 'Is Sydney the capital?'],
  ['I am a large language model.', 'What are you?'],
  ['What is your name?', 'Translate to English: Wie heißt du?'],
  ['How old are you?', 'Write a question that asks for the age.'],
  ['Could you please send me the report?', 'Rewrite politely: send me the report'],
  ['北京', 'Write Beijing in Chinese.'],
  ['Москва', 'How do you spell Moscow in Russian?'],
  ['apples, pears, plums', 'List three fruits.'],
  ['It is not known.', 'How many grains of sand are on Mars?'],
  ['The text does not say.', 'According to the text, who paid?'],
  ['```js\nconst a = 1;\n```', 'Declare a constant in JS.'],
  ['- one\n- two\n- three', 'List numbers'],
  ['La facture est due vendredi.', 'Translate to French: The invoice is due on Friday.'],
  ['Unknown', 'Classify as known, unknown.'],
  ['negative', 'Sentiment?'],
  ['I know that I know nothing, said Socrates.', 'What did Socrates say?'],
  ['Shorter wavelengths scatter more strongly off air molecules.', 'Why is the sky blue?'],
  ['I like turtles.', 'Write a sentence with I.'],
  ["Socrates said: I don't know anything.", 'What did he say?'],
  ['The user asks for a refund.', 'Summarize: user wants refund'],
  ['The customer is asking about a refund.', 'What is the intent of the customer?'],
  ['Hello! How can I help you today?', 'Hi'],
  ['He does not know the answer, because nobody told him.', 'Why is he silent?'],
  ['Use a placeholder such as <name> in HTML.', 'How do I use a template placeholder?'],
  ['0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0', 'Give a zero vector of 22 numbers.'],
  [
    'hello hello hello hello hello hello hello hello hello hello hello hello hello ' +
      'hello hello hello hello',
    'Repeat hello 17 times.',
  ],
  ['# TODO list\n- milk\n- eggs', 'Make a to-do list.'],
  ['The word TODO marks open work.', 'What does TODO mean?'],
  ["I'm fine, thank you.", 'Translate to English: Mir geht es gut, danke.'],
  ["I can't find my keys.", 'Translate to English: Ich kann meine Schlüssel nicht finden.'],
  ["I don't know what to do.", 'Translate into English: No sé qué hacer.'],
  ['Ich weiß nicht, wo er ist.', "Translate to German: I don't know where he is."],
  ["I'm not sure I agree.", 'Rephrase: I might disagree.'],
  ['Lorem ipsum is dummy text.', 'What is lorem ipsum?'],
  ['What is the capital of Australia?', 'Correct the spelling: Waht is teh capital of Australia?'],
  ['Vitamin A', 'Which vitamin?'],
  ['Roses are red,\nViolets are blue,\nSugar is sweet,\nAnd so are you.', 'Write a poem'],
  ['What is it made of', 'Lower-case: WHAT IS IT MADE OF'],
  ['There is not enough water in the tank.', 'What is wrong?'],
  ['You can ask for help at the desk.', 'Where can I get help?'],
  [
    'Please provide your name and address.',
    'Write a form instruction that asks for name and address',
  ],
  ['I can help you with that: press the button for ten seconds.', 'How do I reset it?'],
  ['No sé nada, dijo.', 'Traduce al español: I know nothing, he said.'],
  ['No information is lost when a file is zipped.', 'Does zip lose data?'],
  ['Not sure whether it rains? Take an umbrella.', 'Write a slogan for umbrellas.'],
  ['I do not like green eggs and ham.', 'Quote Dr. Seuss.'],
  ['She said that she cannot help.', 'What did she say?'],
  ['Access to real-time data needs a key.', 'What does real-time access need?'],
  ['I cannot tell a lie.', 'Complete the quote of Washington: I cannot'],
  ['Sorry for the delay, we will ship it today.', 'Write an apology to the customer.'],
  [
    'The capital of Australia is Canberra, and the largest city is Sydney, which has ' +
      'about five million people; Melbourne follows.',
    q,
  ],
  ['{"answer": null}', 'x'],
  ['Todo está listo.', '¿Está listo el informe?'],
  ['unknown', 'Is the author known? Reply known or unknown.'],
  ['Sure.', 'Answer with sure or no: will you come?'],
  ['I can help you plan trips.', 'What can you do?'],
  ['I am Phi, an AI assistant made by Microsoft.', 'Who are you?'],
  ['Siri is an AI assistant by Apple.', 'What is Siri?'],
  ['わかりません。', 'Translate to Japanese: I do not know'],
  ['抱歉', 'How do I say sorry in Chinese?'],
  ['東京です。', '日本の首都は？'],
  ['Not specified by the policy: ask the office.', 'What does the policy say about parking?'],
  ['?', 'Which mark ends a question?'],
];

describe('what stands in place of an answer', () => {
  it.each(none)('%j is none, to %j', (text, request) => {
    expect(nonAnswerIn({ text, request })).toBeDefined();
  });

  it.each(answers)('%j may be one, to %j', (text, request) => {
    expect(nonAnswerIn({ text, request })).toBeUndefined();
  });

  it.each([
    ['你好，我无法给到相关内容。', '谁领导青岛市的道路局？'],
    ['存じ上げません。', '道路局を率いるのは誰ですか？'],
    ['該当する情報は見つかりませんでした。', '道路局を率いるのは誰ですか？'],
    ['Mein Wissensstand reicht nur bis 2023.', 'Wer leitet das Amt?'],
    ["Ma base de connaissances s'arrête en 2023.", 'Qui dirige le service ?'],
    ['Mis datos llegan hasta 2023.', '¿Quién dirige la oficina?'],
    ['The capital of Australia is 堪培拉, 这是一个美丽的城市，位于悉尼和墨尔本之间。', q],
    ['Error: model overloaded', q],
    ['Access denied.', q],
    ['{{ .Response }}', q],
    ['GGGGGGGGGGGGGGGGGGGGGGGG', q],
    ['\ufffd\ufffd\ufffd\ufffd', q],
  ])('is none in the words of other servers and languages: %j, to %j', (text, request) => {
    expect(nonAnswerIn({ text, request })).toBeDefined();
  });

  it.each([
    ['aaaaaaaaaaaaaaaaaaaa', 'Write the letter a twenty times.'],
    ['{{ name }}', 'How do I print a name in a Jinja template?'],
    ['Access denied.', 'What does the door show? It says "Access denied."'],
    ['The city is called 北京 (Běijīng) by those who live in it.', 'What is Beijing called?'],
  ])('may be one where it was asked for: %j, to %j', (text, request) => {
    expect(nonAnswerIn({ text, request })).toBeUndefined();
  });

  it('may end anywhere where the caller cut it', () => {
    const text = 'The capital of Australia is the';
    expect(nonAnswerIn({ text, request: q, isCut: true })).toBeUndefined();
    expect(nonAnswerIn({ text, request: q })).toBe('half sentence');
  });

  it('is looked for in a long hostile text in no time', () => {
    const start = performance.now();
    const hostile = [
      'i am sorry '.repeat(100_000),
      '"'.repeat(1e6),
      '['.repeat(1e6),
      'a? '.repeat(3e5),
    ];
    for (const text of hostile) {
      nonAnswerIn({ text, request: q });
      nonAnswerIn({ text: 'I do not know.', request: text });
    }
    expect(performance.now() - start).toBeLessThan(4000);
  });
});
