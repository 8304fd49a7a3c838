import { clientsExam } from '../../apps/gateway/compat/clients-exam.ts';
import { agents } from './agents-client.ts';
import { langchain } from './langchain-client.ts';
import { openaiChat, openaiResponses } from './openai-clients.ts';

clientsExam([openaiChat, openaiResponses, langchain, agents]);
