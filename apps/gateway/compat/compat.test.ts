import { aiSdk } from './ai-sdk-client.ts';
import { clientsExam } from './clients-exam.ts';
import { curl } from './curl-client.ts';

// The clients that need packages of their own take the same exam in tools/clients.
clientsExam([aiSdk, curl]);
