"""The official client with its base URL changed: openai_client.py URL MODEL QUESTION"""
import sys

from openai import OpenAI

url, model, question = sys.argv[1:4]
client = OpenAI(base_url=url, api_key="none")
messages = [{"role": "user", "content": question}]
completion = client.chat.completions.create(model=model, messages=messages)
print(completion.choices[0].message.content)
print("answered by", completion.tandem["answeredBy"], "because:", completion.tandem["reason"])
