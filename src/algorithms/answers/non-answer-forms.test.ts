import { describe, expect, it } from 'vitest';
import { nonAnswerIn } from './non-answer.ts';

// One text a line; the sign stands for a line break in it, and a bar between two texts.
function lines(block: string): readonly string[] {
  const parts = block.split('\n').flatMap(line => line.split(' ¦ '));
  return parts.filter(text => text !== '').map(text => text.replaceAll('⏎', '\n'));
}

// A text and its request.
function pairs(block: string): readonly (readonly [text: string, request: string])[] {
  return lines(block).map(line => line.split(' | ') as [string, string]);
}

const none: Readonly<Record<string, readonly string[]>> = {
  'What is the capital of Australia?': lines(`
I'm not entirely certain. ¦ I am afraid I cannot answer that. ¦ Sorry, no idea.
I really couldn't say. ¦ That's beyond my knowledge. ¦ This is outside my area of expertise.
I lack the information needed to answer this question. ¦ Unknown. ¦ N/A ¦ Not available.
No answer. ¦ I have no knowledge of that. ¦ It's unclear. ¦ idk ¦ IDK, sorry ¦ dunno
I can't answer this question. ¦ Cannot answer. ¦ Unable to answer.
I'm unable to determine the answer from the information provided.
The information provided is insufficient. ¦ There isn't enough information to answer.
I would need to look that up. ¦ I don't have an answer for that.
I haven't been trained on that. ¦ Sorry, I didn't understand the question.
I do not understand. ¦ I'm not sure what you mean.
I don't understand your question. Could you rephrase it? ¦ None ¦ null ¦ **I don't know.**
Answer: I don't know ¦ The answer is unknown. ¦ The answer is: I don't know. ¦ A: I do not know.
Hmm, good question! I don't know. ¦ Honestly? No clue. ¦ I wish I could help, but I don't know.
I was unable to find the answer. ¦ I'm just a language model and don't know.
My apologies, I'm not able to answer. ¦ I don’t know — you should check an atlas.
Sorry, as a small model I cannot know that. ¦ I can't help with that.
I'm sorry, Dave. I'm afraid I can't do that. ¦ This request violates my guidelines.
I'm not able to provide that information. ¦ I cannot comply with this request.
Sorry, but I'm not comfortable answering that. ¦ It is against my policy to answer.
I must decline to answer. ¦ As a responsible AI, I can't provide this.
I don't feel comfortable discussing that. ¦ Request denied.
I am programmed to be a helpful and harmless AI assistant and cannot answer.
I apologize, but I'm unable to assist with this request. ¦ No, I won't answer that.
I'd rather not say. ¦ Let's talk about something else.
I'm sorry, but that's not something I can help with.
Unfortunately I'm not allowed to share that. ¦ I cannot fulfill your request. I am just an AI.
Can you give me more context? ¦ Which country are you talking about?
Could you rephrase the question? ¦ What exactly would you like to know?
Do you want the capital of the state or the country? ¦ I'd be happy to help! What do you need?
Sure! Please provide the text. ¦ Sure, I can help with that. What would you like to know?
Of course! How can I assist you today? ¦ Please give me the full question.
It depends. What do you mean? ¦ Hello! How can I help you?
I'm here to help. What is your question? ¦ Okay, please tell me more.
Q: What is the capital of Australia? ¦ The question is: What is the capital of Australia?
You asked: what is the capital of Australia? ¦ The user wants to know the capital of Australia.
The capital of Australia is ¦ The capital of Australia is:
The capital of Australia is [capital city]. ¦ The capital is <capital>. ¦ {{answer}} ¦ <answer>
[Your answer here] ¦ (insert answer here) ¦ Answer: ¦ Answer:  ¦ The answer is ¦ The answer is:
<|assistant|> Canberra ¦ [INST] Canberra [/INST] ¦ ### Response: ¦ Assistant: ¦ <s>Canberra</s>
Canberra</s> ¦ Canberra<end_of_turn> ¦ Canberra⏎User: What is
the the the the the the the the the the the the
Canberra, Canberra, Canberra, Canberra, Canberra, Canberra, Canberra, Canberra ¦ ??? ¦ ! ¦ -
The capital of Australia is located in the ¦ The capital city, which was chosen because
\`\`\`⏎\`\`\` ¦ I will now answer the question. ¦ Let me think about that. ¦ Sure! ¦ Okay.
Here is the answer: ¦ Sure, here is the answer to your question: ¦ Certainly! Here's the answer:
Thank you for your question. ¦ Great question! ¦ I'm an AI assistant created to help.
As an AI language model, I am here to help.
`),
  'Qui ?': lines(`
Je l'ignore. ¦ Je ne suis pas en mesure de répondre. ¦ Aucune idée. ¦ Je n'en sais rien.
Je regrette, mais je ne peux pas répondre à cette question.
Je ne dispose pas de cette information. ¦ Veuillez préciser votre demande. ¦ Inconnu.
`),
  '¿Quién?': lines(`
No lo sé, lo siento. ¦ No tengo esa información. ¦ No dispongo de información al respecto.
Ni idea. ¦ Desconozco la respuesta. ¦ No puedo responder a esa pregunta. ¦ Desconocido.
`),
  'Chi?': lines(`
Non ne ho idea. ¦ Non saprei. ¦ Mi dispiace, non ho questa informazione.
Non posso rispondere a questa domanda. ¦ Nessuna idea. ¦ Non dispongo di dati aggiornati.
`),
  'Who wrote the novel Middlemarch?': lines(`
I don't have enough details to say who wrote it. ¦ Sorry, but I have no way of knowing that.
I am not aware of who wrote that novel. ¦ I'm not familiar with that novel.
I have never heard of that book. ¦ I can't recall the author. ¦ I'm drawing a blank on this one.
No idea, sorry! ¦ Sorry — no clue. ¦ I do not possess that knowledge.
That information is not available to me. ¦ This information is not available.
I don't have data on that. ¦ I could not find an answer to your question.
I cannot find any information about this novel. ¦ I haven't got the faintest idea. ¦ Beats me.
Not sure, to be honest. ¦ I'm uncertain about this. ¦ Insufficient information.
Not enough information. ¦ No information available. ¦ Cannot be determined.
It cannot be determined from the given information. ¦ The question cannot be answered.
This question can't be answered with the information given.
My knowledge does not include this. ¦ It is not possible for me to answer that.
I am not qualified to answer this question. ¦ I won't be able to answer that.
I'm sorry, but I won't be able to help with this. ¦ I regret to inform you that I cannot answer.
I am not in a position to answer this. ¦ Sorry, that's against my rules.
I cannot and will not answer this. ¦ I can't discuss this topic.
I'm not supposed to talk about this.
As an AI developed by Alibaba, I am not able to answer political questions.
I'm Qwen, an AI assistant, and I can't answer that. ¦ It's better not to answer this.
I think you should ask someone else. ¦ Please consult a professional.
You may want to consult an expert on this matter. ¦ I suggest searching online.
I recommend checking a reliable source.
Please refer to the official documentation for this information.
I don't have eyes, so I cannot see the picture. ¦ I have no internet connection.
Real-time information is not available to me. ¦ I'm offline and cannot look it up.
My data is not up to date. ¦ Could you provide a bit more context, please?
Can you clarify which edition you mean? ¦ Would you mind rephrasing the question?
Please clarify your question. ¦ I'm not sure I understand. Can you explain?
I'm having trouble understanding your question. ¦ The question is ambiguous.
I need clarification. ¦ Hello! I'm an AI assistant. How may I be of service?
Hi there! What can I do for you? ¦ How can I be of assistance?
Is there anything else I can help you with? ¦ Feel free to ask me anything!
I'm ready to help. Ask me a question. ¦ I understand. ¦ Understood. ¦ Got it!
Yes, I can answer that. ¦ Yes, I know the answer. ¦ I will find out who wrote it.
Let's find out who wrote it. ¦ To answer this question, we need to know who wrote the novel.
The question asks who wrote the novel Middlemarch. ¦ "Who wrote the novel Middlemarch?"
Who wrote Middlemarch? ¦ Who wrote the novel Middlemarch? Who wrote the novel Middlemarch?
Error ¦ Error: no response generated ¦ [no response] ¦ (no answer) ¦ [REDACTED] ¦ <unk>
<pad><pad> ¦ undefined ¦ NaN ¦ TODO: answer ¦ Answer: ___ ¦ Author: [author name]
The author is [AUTHOR]. ¦ The author is XXXX. ¦ Dear user,
Sure, I'd love to help you with your question about the novel!
Of course, I can tell you who wrote the novel Middlemarch. ¦ The novel was written by
It was written by a ¦ The answer to your question is the ¦ I'm sorry ¦ Sorry.
I apologize for the confusion. ¦ Apologies for any inconvenience.
Ich weiß leider nicht, wer das geschrieben hat. ¦ Das ist mir nicht bekannt.
Mir ist das nicht bekannt. ¦ Das entzieht sich meiner Kenntnis. ¦ Da bin ich überfragt.
Ich habe keine Informationen darüber. ¦ Ich kann Ihnen dabei leider nicht weiterhelfen.
Diese Information habe ich nicht. ¦ Dazu liegen keine Informationen vor.
Ich bin ein Sprachmodell und kann das nicht wissen. ¦ Könnten Sie Ihre Frage bitte präzisieren?
Gerne! Was möchten Sie wissen? ¦ Je ne connais pas la réponse. ¦ Je n'ai pas cette information.
Désolé, je l'ignore. ¦ Cette information n'est pas disponible.
Il m'est impossible de répondre. ¦ Je ne peux malheureusement pas répondre à cette demande.
Pouvez-vous reformuler votre question ?
Je suis un modèle de langage et je ne peux pas le savoir. ¦ No conozco la respuesta.
No estoy seguro. ¦ Lo siento, no dispongo de esa información.
Esa información no está disponible. ¦ No me es posible responder.
¿Puede reformular la pregunta? ¦ No sabría decirte. ¦ Non conosco la risposta.
Non sono sicuro. ¦ Questa informazione non è disponibile. ¦ Non sono in grado di rispondere.
Puoi riformulare la domanda? ¦ Não conheço a resposta. ¦ Não tenho certeza.
Essa informação não está disponível. ¦ Não sou capaz de responder. ¦ Pode reformular a pergunta?
Não sei dizer. ¦ Geen antwoord beschikbaar. ¦ Ik kan deze vraag niet beantwoorden.
Nie znam odpowiedzi. ¦ Nie potrafię odpowiedzieć na to pytanie.
Jag har ingen information om det. ¦ Jag kan tyvärr inte svara på den frågan.
`),
  'At what temperature does lead melt?': lines(`
That is something I don't know. ¦ I would have to guess. ¦ I'd only be guessing.
I honestly have no clue about that. ¦ My apologies, but this falls outside what I know.
Sadly, I do not have that figure. ¦ I haven't been given that information.
The exact temperature is not something I have information on. ¦ I don't remember. ¦ I forgot.
I can't give you an exact answer. ¦ There's no way for me to know this.
I have limited knowledge about this.
I am unable to provide a specific answer to your query at this moment.
As a language model I do not have knowledge of that. ¦ It's hard to say. ¦ Hard to tell.
Difficult to say without more context. ¦ That depends on many factors.
I'll need more information. ¦ To give you a precise answer, I need further details.
What kind of lead do you mean? ¦ Do you mean the metal? ¦ Are you asking about the metal?
Can you specify the pressure? ¦ Sorry, I cannot process this request right now.
Sorry, something went wrong. ¦ An error occurred while generating the answer.
Service unavailable. ¦ Request timed out.
I'm sorry, I can only answer questions about cooking.
I'm only able to help with questions on our products.
I am not allowed to give scientific advice. ¦ I'm afraid that is not something I can discuss.
It is not my place to say. ¦ No comment. ¦ Pass. ¦ Skip ¦ ? ¦ I think...
Lead melts at a temperature of ¦ The melting point of lead is approximately
At what temperature does lead melt ¦ The question is about the melting temperature of lead.
This is a question about physics. ¦ You want to know the melting temperature of lead.
I will look up the melting point of lead. ¦ Give me a moment to look that up.
One moment please. ¦ Loading... ¦ Please wait. ¦ Let me check. ¦ Searching for an answer...
Sure! I can help you find the temperature at which lead melts.
Ich habe leider keine Antwort auf diese Frage. ¦ Das kann ich Ihnen nicht beantworten.
Keine Information verfügbar. ¦ Da muss ich passen. ¦ Ich müsste raten.
Bitte stellen Sie Ihre Frage genauer. ¦ Ich darf dazu keine Auskunft geben.
Meinen Sie das Metall? ¦ Je ne connais pas cette valeur. ¦ Je n'en ai aucune idée.
Désolé, je ne dispose pas de cette donnée. ¦ Je ne suis pas autorisé à répondre.
Parlez-vous du métal ? ¦ No puedo contestar a eso. ¦ No me consta. ¦ Lo desconozco.
Perdón, no puedo ayudarte con esa consulta. ¦ ¿Te refieres al metal? ¦ Non ne sono sicuro.
Non mi è possibile rispondere. ¦ Mi spiace, non posso aiutarla. ¦ Intendi il metallo?
Lamento, mas não posso ajudar. ¦ Não me recordo. ¦ Você se refere ao metal?
Daar heb ik geen antwoord op. ¦ Dat is mij niet bekend. ¦ Nie mam tej informacji.
Det vet jag inte. ¦ Jeg har desværre ikke adgang til den information.
Ne yazık ki bu soruya cevap veremiyorum.
`),
};

const noneOfMany = pairs(`
I don't have internet access. | What is the weather?
I can't access external websites. | What does example.com say?
As of my last update in 2023, I cannot provide current prices. | Price of gold today?
I'm an AI and have no access to your calendar. | When is my next meeting?
I cannot see images. | What is on the picture?
I am unable to view attachments. | What is in the file?
I don't have the ability to check real-time stock prices. | Stock price?
Please check a weather website for the current weather. | Weather in Oslo now?
My training data only goes up to 2021. | Who won in 2024?
I can't browse the web. | News?
You can check the latest news on a news website. | What is the latest news?
Das weiß ich nicht. | Was ist die Hauptstadt?
Ich habe dazu keine Informationen. | Was ist die Hauptstadt?
Leider kann ich diese Frage nicht beantworten. | Was ist die Hauptstadt?
Tut mir leid, das kann ich nicht sagen. | Was? ¦ Dazu kann ich nichts sagen. | Was?
Ich bin nicht sicher. | Was? ¦ Keine Angabe. | Was? ¦ Unbekannt. | Wer?
Es liegen mir keine Daten vor. | Wer? ¦ Ich verstehe die Frage nicht. | Wer?
Darüber darf ich keine Auskunft geben. | Wer?
Als KI-Modell habe ich keinen Zugriff auf aktuelle Daten. | Wetter?
Bitte geben Sie mehr Informationen an. | Preis? ¦ Was genau möchten Sie wissen? | Preis?
Wie kann ich helfen? | Preis? ¦ En tant qu'IA, je n'ai pas accès à Internet. | Météo ?
Comment puis-je vous aider ? | Météo ? ¦ Por favor, proporcione más detalles. | ¿Precio?
¿En qué puedo ayudarte hoy? | ¿Precio?
Como modelo de lenguaje, no tengo acceso a internet. | ¿Tiempo?
Per favore, fornisci maggiori dettagli. | Prezzo? ¦ Come posso aiutarti oggi? | Prezzo?
Não faço ideia. | Quem? ¦ Desconheço a resposta. | Quem? ¦ Não tenho essa informação. | Quem?
Não posso responder a essa pergunta. | Quem? ¦ Por favor, forneça mais detalhes. | Preço?
Como posso ajudar você hoje? | Preço?
Como um modelo de IA, não tenho acesso à internet. | Tempo?
Dat weet ik niet. | Wat is de hoofdstad van Australië?
Ik weet het niet. | Wat is de hoofdstad? ¦ Sorry, daar kan ik je niet mee helpen. | Wat?
Geen idee. | Wat? ¦ Ik heb geen toegang tot actuele gegevens. | Weer?
Kun je dat verduidelijken? | Prijs? ¦ Nie wiem. | Jaka jest stolica Australii?
Przykro mi, nie mogę w tym pomóc. | Jaka? ¦ Nie mam dostępu do aktualnych danych. | Pogoda?
Nie mam pojęcia. | Kto? ¦ Jag vet inte. | Vad heter huvudstaden?
Tyvärr kan jag inte hjälpa till med det. | Vad? ¦ Det ved jeg ikke. | Hvad?
Jeg vet ikke. | Hva? ¦ Bilmiyorum. | Başkent neresi? ¦ Üzgünüm, bu konuda yardımcı olamam. | Ne?
Я не знаю. | Какая столица Австралии? ¦ К сожалению, я не могу ответить на этот вопрос. | Кто?
Не знаю. | Кто? ¦ У меня нет доступа к данным в реальном времени. | Погода?
我不知道。 | 澳大利亚的首都是哪里？ ¦ 抱歉，我无法回答这个问题。 | 谁？ ¦ 对不起，我不清楚。 | 谁？ ¦ 作为一个人工智能语言模型，我无法访问实时数据。 | 天气？
わかりません。 | オーストラリアの首都は？ ¦ 申し訳ありませんが、お答えできません。 | 誰？ ¦ 모르겠습니다. | 수도는? ¦ 죄송하지만 도와드릴 수 없습니다. | 누구?
Nevím. | Kdo? ¦ Nem tudom. | Ki? ¦ 1. ⏎2. ⏎3.  | List three rivers.
Мне неизвестно. | Кто написал роман? ¦ Я не обладаю такой информацией. | Кто написал роман?
Извините, я не понимаю вопрос. | Кто написал роман?
Пожалуйста, уточните вопрос. | Кто написал роман? ¦ 我没有相关信息。 | 谁写的？ ¦ 很抱歉，我不能回答。 | 谁写的？
请提供更多信息。 | 谁写的？ ¦ わからないです。 | 誰が書きましたか？ ¦ すみません、その情報はありません。 | 誰が書きましたか？ ¦ 詳しく教えてください。 | 誰が書きましたか？
그 정보는 없습니다. | 누가 썼나요? ¦ 잘 모르겠어요. | 누가 썼나요?
Я не могу дать ответ. | При какой температуре плавится свинец?
Затрудняюсь ответить. | При какой температуре плавится свинец? ¦ 这个问题我不知道答案。 | 铅的熔点是多少？
我是一个语言模型，无法回答。 | 铅的熔点是多少？ ¦ すみません、わかりかねます。 | 鉛の融点は？ ¦ 申し訳ございませんが、その質問にはお答えできません。 | 鉛の融点は？
죄송하지만 그 질문에는 답할 수 없습니다. | 납의 녹는점은? ¦ لا أعرف الإجابة. | عند أي درجة ينصهر الرصاص؟
मुझे नहीं पता। | सीसा किस तापमान पर पिघलता है?
`);

const answers = pairs(`
Unknown | Classify the sentiment as positive, negative or unknown: meh
None | Which of these are prime: 4, 6, 8? ¦ Okay. | How do you say 'in Ordnung' in English?
N/A | What does 'not applicable' abbreviate to?
Sure! | Reply to this message informally: can you come? ¦ No | Is it raining in the text?
null | What is the value of x after x = null in JS?
I don't know | Translate to English: Ich weiß nicht ¦ The answer is 4. | 2+2?
Yes, you can. | Can I pay by card?
Please send the parcel to Graz. | Where do I send my return?
You need to contact support with your order number. | How do I get a refund?
It depends on the weight: up to 2 kg it costs 4 EUR. | How much is shipping?
No, you cannot pay by instalments below 200 EUR. | My bill is 150 EUR. Can I pay by instalments?
I'm sorry to hear that your lamp broke. You can return it within 30 days. | My lamp broke, what now?
We do not have access to your bank data. | Do you see my bank data?
Not available in green. | Does the lamp come in green?
The information is stored in Graz. | Where is the information stored?
I can help: press the button. | How do I reset?
Please check the label below the device. | Where is the serial number?
You should check your spam folder. | The reset mail never comes. What should I do?
It is unclear who wrote it. | Who wrote Beowulf? ¦ Nobody knows. | What is the largest prime?
The author is unknown. | Who wrote Beowulf? ¦ Denied | Was the request approved or denied?
Inconnu | Traduis en français: unknown ¦ Geen | Welke kleur heeft hij?
Nee | Is Sydney de hoofdstad? ¦ Niet | Vul in ¦ Nie | Czy Sydney jest stolicą?
Нет. | Сидней столица? ¦ 不是。 | 悉尼是首都吗？ ¦ いいえ。 | シドニーは首都ですか？
Canberra | What is the capital of Australia? ¦ Canberra. | What is the capital of Australia?
It's Canberra | What is the capital of Australia?
Wie kann ich meine Bestellung stornieren? | Formuliere eine Frage eines Kunden zum Storno
What is the refund policy? | Write one question a customer may ask about refunds.
- | Which sign is used for subtraction? ¦ ! | Which mark ends an exclamation?
1. Rhine⏎2. Elbe⏎3. Danube | List three rivers.
I will arrive on Monday. | Translate: Ich komme am Montag an.
The user cannot log in. | Summarize: I can't log in anymore.
Thank you for your question, the shop opens at 9. | When do you open?
Thank you for your order. | Write a one-line order confirmation.
Sure, the table takes 8 days. | How long does a table take?
Great question! The table takes 8 days. | How long? ¦ Let me think: 7 + 8 = 15. | 7+8?
Certainly! The price is 9.90 EUR. | Price of express?
I do not need it. | Négation de 'I need it' in English
Our opening hours are not known for holidays. | Are you open on holidays?
Which | Fill in the relative pronoun: the book ___ I read
Could | Which modal verb is the past of can?
You need more information from the bank. | What do I need to do?
Access denied | What does HTTP 403 mean in two words? ¦ ok | Give the HTTP status text of 200.
He did not know the way. | Rewrite in past: he does not know the way ¦ Nessuno | Chi ha vinto?
Ninguno | ¿Cuál de ellos?
As an AI language model, I was trained by Alibaba. | Who are you?
Based on the table, Novak. | Which customer has the largest total?
I'm sorry, Sir | Translate: Es tut mir leid, mein Herr
Hello! The reset takes ten seconds. | How long is the reset?
Please provide a passport. | What document must I provide?
Do you mean A or B? | What did the clerk ask in the text: 'Do you mean A or B?'
George Eliot | Who wrote the novel Middlemarch?
George Eliot wrote it. | Who wrote the novel Middlemarch?
Mary Ann Evans, who used the name George Eliot. | Who wrote the novel Middlemarch?
It was written by George Eliot. | Who wrote the novel Middlemarch?
Middlemarch | Which novel by George Eliot was published in 1871?
I think it was George Eliot. | Who wrote the novel Middlemarch?
Sorry, the shop is closed on Mondays. | Is the shop open on Monday?
You should ask your bank. | Who can tell me why my card is declined?
Understood | Translate to English: Verstanden
Error | What does HTTP 500 indicate, in one word? ¦ Yes | Is 4 even? ¦ Yes, it is. | Is 4 even?
Got it | Informal synonym of "understood"? ¦ No | x?
Feel free to ask me anything! | Write a friendly closing line of an e-mail
We need to find x: x = 4. | Solve 2x = 8
To answer this question, add 7 and 8, which gives 15. | 7+8?
The question asks for a date. | What does the question ask for?
The information is in the appendix, on page 4. | Where is the information?
That information is available at the desk. | Where is it available?
Your question is answered in section 3. | Where is my question answered?
Hello | How do you greet someone in English?
Hello, world! | Print output of: print("Hello, world!")
Sorry | Translate to English: Entschuldigung ¦ Not enough | Complete: "too little" means ___
Nothing | What is left if you take 5 from 5? ¦ NaN | What is 0/0 in JavaScript?
Insufficient funds | What does error 51 mean on a card terminal?
I understand | Translate: Ich verstehe
It cannot be returned after 14 days. | Can it be returned?
It cannot be cancelled before its end. | Can I cancel the yearly plan?
I recommend the yearly plan, which costs 45 EUR. | Which plan is cheaper over a year?
The order cannot be changed once it has shipped. | Can I change my order?
Is there a lift? | Translate: Gibt es einen Aufzug? ¦ Ja | Ist 4 gerade?
Das ist nicht bekannt. | Wer baute Stonehenge? ¦ Non | Est-ce vrai ? ¦ No | ¿Es verdad?
Não | É verdade? ¦ Unbekannt verzogen | Was bedeutet der Stempel?
不知道 | "I do not know" 用中文怎么说？ ¦ 是 | 对吗？ ¦ 東京 | 日本の首都は？ ¦ Нет | Это правда?
Москва | Столица России? ¦ Sure, the answer is 12. | 6+6?
Of course you can pay by card. | Can I pay by card? ¦ Certainly not. | May I smoke?
Absolutely. | Is it worth it? ¦ OK | What is the status text of HTTP 200?
- Canberra | Capital of Australia? ¦ # Canberra | Capital of Australia?
**Canberra** | Capital of Australia? ¦ > Canberra | Capital of Australia? ¦ 42% | How many?
€45 | Price? ¦ <b>Canberra</b> | Capital as HTML bold ¦ A | Which option: A, B, C, D?
A. | Which option: A, B, C, D? ¦ A: George Eliot | Who wrote the novel Middlemarch?
Answer: George Eliot | Who wrote the novel Middlemarch? ¦ B) Paris | Which?
Ai | How do you write "AI" in title case? ¦ Output: 4 | 2+2
I am here to help you with returns: send the parcel to Graz. | Where do I send it?
Bot | What is a short word for robot? ¦ Canberra (capital city since 1913) | Capital?
Novak (customer) | Which customer? ¦ None of them | Which of 4, 6, 8 is prime?
None | Which of 4, 6, 8 is prime? ¦ Well, 15. | 7+8 ¦ Hi | Shortest English greeting?
It depends on the country: in Norway it is 18. | From what age may one drive?
Claro | ¿Cómo se llama la compañía de móviles?
Klar | Wie ist das Wetter laut Text: "Es ist klar." ¦ Natürlich | Antonym von künstlich?
Gern | Synonym von "mit Freude"?
`);

describe('what stands in place of an answer, in many forms and languages', () => {
  it.each(Object.entries(none))('is told of those to %j', (request, texts) => {
    expect(texts.filter(text => nonAnswerIn({ text, request }) === undefined)).toEqual([]);
  });

  it('is told of those to other requests', () => {
    const kept = noneOfMany.filter(
      ([text, request]) => nonAnswerIn({ text, request }) === undefined,
    );
    expect(kept).toEqual([]);
  });

  it('is told in an object of one text', () => {
    for (const text of ["I don't know.", 'Ich kann das leider nicht beantworten.']) {
      const json = JSON.stringify({ answer: text });
      expect(nonAnswerIn({ text: json, request: 'Who wrote it?', isJson: true })).toBeDefined();
    }
    const json = JSON.stringify({ label: 'unknown' });
    expect(nonAnswerIn({ text: json, request: 'Which label?', isJson: true })).toBeUndefined();
  });

  it('leaves answers', () => {
    expect(answers.filter(([text, request]) => nonAnswerIn({ text, request }))).toEqual([]);
  });
});
