/**
 * Talk about answering that takes the place of an answer, told by what its words are: a speaker or
 * a question, a lack, a word of knowing or answering, and nothing else that is new.
 */

const set = (...lines: readonly string[]) => new Set(lines.join(' ').split(' '));

const speaker = set(
  "i me my mine myself i'm i've i'd i'll im ich mir mich mein meine meinem meiner meinen je j m",
  'moi',
  'mon ma mes me mi yo conmigo mía mio io mia eu meu minha mim ik mij mijn jag mig mitt jeg meg',
  'я мне меня моя мой моей mnie mój',
  // Where the verb alone says who speaks.
  'soy estoy tengo puedo sé conozco desconozco dispongo sabría so ho sono posso conosco saprei sou',
  'estou tenho consigo sei conheço desconheço disponho saberia wiem znam mogę mam potrafię знаю',
  'могу',
);
const lack = set(
  "not no never none nothing neither nor cannot can't cant don't dont didn't doesn't won't isn't",
  "aren't wasn't haven't hasn't couldn't wouldn't shouldn't unable without lack lacks lacking",
  'insufficient unavailable impossible unclear ambiguous unknown unsure uncertain beyond outside',
  'hard difficult limited forgot forgotten only guess guessing nur passen raten schwer seulement',
  'difficile',
  'sólo solo soltanto apenas difícil alleen neither übersteigt decline regret trouble offline',
  'hardly unaware unfamiliar',
  'nicht nichts kein keine keinen keiner keinerlei nie leider überfragt entzieht unbekannt',
  'unmöglich',
  'unklar ne pas n aucun aucune jamais rien impossible malheureusement sans sin ningún ninguna',
  'nunca',
  'nada imposible desconozco non nessun nessuna nessuno mai niente impossibile purtroppo senza não',
  'nenhum nenhuma nunca impossível infelizmente sem niet geen nooit niets helaas inte ingen ikke',
  'не',
  'нет неизвестно нельзя невозможно nie brak',
);
// Of knowing and answering.
const answering = set(
  'know knows known knowing knowledge aware sure certain idea clue answer answers answered',
  'answering',
  'say saying tell recall remember information info data details context understand understanding',
  'understood determine determined determining help helping assist assistance comply discuss',
  'respond',
  'response reply question questions request topic clarification clarify familiar heard guess',
  'guessing query figure value memory forgot depends better',
  'passen raten contestar consta recordo ricordo souviens rappelle bekend cevap ответить',
  'training capabilities confirm deny verstanden internetzugang zugang располагаю',
  'qualified position rules guidelines policy access internet connection real-time date supposed',
  'allowed permitted wissen weiß weiss bekannt kenntnis antwort antworten beantworten frage sagen',
  'information informationen angaben daten auskunft helfen weiterhelfen sicher ahnung idee',
  'verstehe',
  'sais savoir connais réponse répondre question information informations données certain',
  'certaine sûr',
  'sûre idée aider dire comprends sé saber conozco respuesta responder pregunta información datos',
  'segur seguro segura idea ayudar decir decirte entiendo so sapere conosco risposta rispondere',
  'domanda informazione informazioni dati sicuro sicura idea aiutare dire capisco sei saber',
  'conheço',
  'resposta responder pergunta informação informações dados certeza ideia ajudar dizer entendo',
  'weet',
  'weten antwoord beantwoorden vraag informatie gegevens zeker idee helpen begrijp vet svara',
  'svaret',
  'frågan information hjälpa säker ved svare hjelpe знаю знать ответ ответить вопрос вопроса',
  'информации информация информацией данных понимаю помочь wiem odpowiedzieć odpowiedzi odpowiedź',
  'pytanie pytania informacji danych znam rozumiem pewien überfragt неизвестно capaz sabría saprei',
);
// What may itself be said to be missing, whoever speaks.
const matter = set(
  'information question answer request context clarification data details query response frage',
  'antwort information informationen angaben daten anfrage réponse question information demande',
  'données respuesta pregunta información datos solicitud risposta domanda informazione',
  'informazioni',
  'dati richiesta resposta pergunta informação informações dados pedido antwoord vraag informatie',
  'gegevens информация информации ответ вопрос informacji pytanie odpowiedzi determined answered',
);
const asked = set(
  'consult ask check checking search searching refer visit look recommend suggest contact seek',
  'internet encyclopedia anybody astronomer asking consulting databases',
  'professional expert someone else source sources website online official documentation reliable',
  'specialist authority resources web google further advice somebody elsewhere',
);
const courtesy = set(
  'hello hi hey dear user sir madam thanks thank please sorry apologize apologies apology regret',
  "sure certainly okay ok alright great good well yes glad happy love like i'd let let's us we",
  "we'll",
  'here there feel free anything ready confusion inconvenience service ai assistant bot chatbot',
  'model',
  'language program machine as an created developed trained find out need needed first try will',
  'now',
  'going attempt can could may might would should must able see got it noted right to be honest',
  'your',
  'you me for any of this that about more error generated received available provided given hallo',
  'course ki sprachmodell modèle langage modelo lenguaje linguagem modello linguistico',
  'liebe gerne bonjour hola ciao olá desculpe désolé désolée lo siento mi dispiace извините',
);
const small = set(
  'a an the and or but so if of on in at by to for from with within as is are was were be been',
  'being am',
  'do does did have has had having it its it’s this that these those there their they he she his',
  'her',
  'who whom whose what which when where why how than then too very really quite just only also',
  'still',
  'currently any some all much many enough specific relevant necessary sufficient way means own',
  'one',
  'going have instead further precise exact exactly something clear need questions related not',
  'этой suggest you better include cover text respectfully must refuse services products qu',
  'want matter picture up bin bist',
  'possess possible position faintest drawing provide giving give get gotten got ever think',
  'believe',
  'der die das den dem des ein eine einen einem einer und oder aber zu zum zur von vom mit für',
  'auf aus',
  'bei es ist sind war habe haben hat kann könnte wer was wo wie warum dazu darüber dabei davon da',
  'hierzu ihnen dir ihre deine diese dieser dieses diesem vor liegen meiner jetzt noch auch und',
  'le la les l un une des de du d et ou à au en ce cet cette ces il elle est suis ai a vous',
  'votre peux',
  'puis pour que qui quoi dont cela ça sur avec plus disponible',
  'el los las una uno de del y o en es está esa ese esta este no me te le se lo su tu puedo para',
  'que',
  'quién con sobre tengo dispongo disponible',
  'il lo gli un di del della e è questa questo quella sono ho posso per che chi con su ne',
  'disponibile',
  'o os um uma do da e em é está essa esse esta este estou tenho posso para que quem com sobre',
  'disponível capaz de het een en van dat dit op ik kan deze heb er beschikbaar att det om den',
  'på er',
  'har kan at en et och og och и в на у это этот этого эту такой',
  'to na tego tej jest mam potrafię mogę w z',
);

const mostWords = 45;
// A question that holds a text gives no words away: an answer is made of them.
const longestQuestion = 60;

/** Kinds of talk that is no answer. */
export type MetaTalk = 'lack' | 'announcement';

/** Tells whether a text only speaks of answering: that it cannot be done, or that it will be. */
export function metaTalk(said: string, request: string): MetaTalk | undefined {
  const words = wordsOf(said);
  if (words.length === 0 || words.length > mostWords) return undefined;
  const found = countsOf(words, wordsOf(request));
  return isOwnLack(found, said) ? 'lack' : isAnnounced(found, said) ? 'announcement' : undefined;
}

interface Counts {
  readonly words: number;
  readonly speaker: number;
  readonly lack: number;
  readonly answering: number;
  readonly matter: number;
  readonly asked: number;
  readonly others: number;
  readonly courtesy: number;
  /** Words that are neither talk nor of the question. */
  readonly fresh: number;
}

function countsOf(words: readonly string[], question: readonly string[]): Counts {
  const count = (isOne: (word: string) => boolean) => words.filter(isOne).length;
  const given = question.length <= longestQuestion ? question : [];
  return {
    words: words.length,
    speaker: count(word => speaker.has(word)),
    lack: count(word => lack.has(word)),
    answering: count(word => answering.has(word)),
    // A question that is itself about an answer may be answered so.
    matter: count(word => matter.has(word) && !question.includes(word)),
    asked: count(word => asked.has(word)),
    others: count(word => others.has(word)),
    courtesy: count(word => courtesy.has(word) && !small.has(word)),
    fresh: count(word => !given.includes(word) && !known.some(each => each.has(word))),
  };
}

// Whoever says "we" or "you" speaks of a business, not of itself.
function isOwnLack(found: Counts, said: string): boolean {
  if (found.lack === 0 || found.fresh > 1) return false;
  if (found.speaker > 0) return found.answering + found.asked > 0;
  return found.matter > 0 && found.others === 0 && !onlySome.test(said);
}

function isAnnounced({ answering: told, asked: sent, ...found }: Counts, said: string): boolean {
  if (plan.test(said) && !/\d/.test(said) && found.fresh <= 2 && told + sent > 0) return true;
  if (found.fresh > 0 || found.lack > 0 || found.words < 2) return false;
  if (sent > 1 || (sent === 1 && told > 0 && found.speaker === 0)) return true;
  return told + found.courtesy > 0 && (found.speaker > 0 || /\b(?:we|let's)\b/i.test(said));
}

// What is only going to be done.
const plan = new RegExp(
  String.raw`^(?:[\p{L}! ,]{0,20}[,!] )?(?:i(?:'ll| will| can|'m going to| am going to)|let me` +
    String.raw`|let us|let's|we need to|to answer|searching|ich werde|je vais|voy a|vado a|vou)\b`,
  'iu',
);

const onlySome = /^(?:only|nur|seulement|solo|sólo|apenas|alleen)\b/i;

const others = set('we our us you your they their wir uns sie ihr nous nosotros noi nós');

const known = [speaker, lack, answering, matter, asked, courtesy, small];

function wordsOf(text: string): string[] {
  const found = text.toLowerCase().match(/[\p{L}\p{N}]+(?:['-][\p{L}]+)*/gu) ?? [];
  // The articles and pronouns of French and Italian lean on their words.
  return found.flatMap(word => (/^(?:[cdjlmnst]|qu)'/.test(word) ? word.split("'") : word));
}
