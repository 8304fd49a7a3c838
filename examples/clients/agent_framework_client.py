"""An agent of Microsoft Agent Framework with a tool: agent_framework_client.py URL MODEL QUESTION"""
import asyncio
import sys

from agent_framework import tool
from agent_framework.openai import OpenAIChatClient

url, model, question = sys.argv[1:4]


@tool(approval_mode="never_require")
def weather(city: str) -> str:
    """The weather in a city."""
    return f"It is sunny in {city}."


async def main() -> None:
    client = OpenAIChatClient(base_url=url, api_key="none", model=model)
    agent = client.as_agent(name="helper", instructions="Be short.", tools=[weather])
    print(await agent.run(question))


asyncio.run(main())
