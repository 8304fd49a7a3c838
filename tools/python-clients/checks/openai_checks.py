"""The official client, over both of its APIs."""

import io
import json

import openai
from openai import AsyncOpenAI, OpenAI
from pydantic import BaseModel

from checking import Target, check, question, too_long, user, weather, weather_tool


class City(BaseModel):
    name: str
    country: str


def client(at: Target, **more) -> OpenAI:
    return OpenAI(base_url=at.url, api_key=at.key, **{"max_retries": 0, "timeout": 50, **more})


def complete(at: Target, messages=None, **more):
    asked = messages or user(question)
    return client(at).chat.completions.create(model=at.model, messages=asked, **more)


def text_of(answer) -> str:
    return answer.choices[0].message.content


@check("openai chat")
def _(at):
    answer = complete(at, max_tokens=16, temperature=0)
    assert "Paris" in text_of(answer) and answer.choices[0].finish_reason == "stop"
    assert answer.usage.total_tokens > 0 and answer.id and answer.created


@check("openai chat streamed")
def _(at):
    parts = [part for part in complete(at, stream=True) if part.choices]
    assert "Paris" in "".join(part.choices[0].delta.content or "" for part in parts)
    assert parts[-1].choices[0].finish_reason == "stop"


@check("openai usage of a stream")
def _(at):
    *_, last = complete(at, stream=True, stream_options={"include_usage": True})
    assert last.choices == [] and last.usage.total_tokens > 0


@check("openai async")
async def _(at):
    many = AsyncOpenAI(base_url=at.url, api_key=at.key, max_retries=0)
    asked = {"model": at.model, "messages": user(question)}
    assert "Paris" in text_of(await many.chat.completions.create(**asked))
    stream = await many.chat.completions.create(**asked, stream=True)
    said = [part.choices[0].delta.content or "" async for part in stream if part.choices]
    assert "Paris" in "".join(said)


@check("openai raw response")
def _(at):
    raw = client(at).chat.completions.with_raw_response.create(
        model=at.model, messages=user(question)
    )
    assert raw.parse().choices and raw.headers["content-type"].startswith("application/json")


@check("openai lines of a stream end with DONE")
def _(at):
    with client(at).chat.completions.with_streaming_response.create(
        model=at.model, messages=user(question), stream=True
    ) as response:
        assert [line for line in response.iter_lines() if line][-1] == "data: [DONE]"


@check("openai request id", own=True)
def _(at):
    assert complete(at)._request_id


def first_call(at: Target, **more):
    choice = complete(at, user(weather), tools=[weather_tool], **more).choices[0]
    [call] = choice.message.tool_calls
    assert call.function.name == "weather" and "city" in json.loads(call.function.arguments)
    return choice


@check("openai tool demanded")
def _(at):
    assert first_call(at, tool_choice="required").finish_reason == "tool_calls"


@check("openai tool named")
def _(at):
    first_call(at, tool_choice={"type": "function", "function": {"name": "weather"}})


@check("openai tool chosen by the model")
def _(at):
    first_call(at)


@check("openai one call at a time")
def _(at):
    first_call(at, parallel_tool_calls=False)


@check("openai loop of tools")
def _(at):
    message = first_call(at).message
    result = {"role": "tool", "tool_call_id": message.tool_calls[0].id, "content": "sunny"}
    messages = [*user(weather), message.model_dump(exclude_none=True), result]
    assert "sunny" in text_of(complete(at, messages, tools=[weather_tool]))


@check("openai events of a streamed call")
def _(at):
    with client(at).chat.completions.stream(
        model=at.model, messages=user(weather), tools=[weather_tool]
    ) as stream:
        kinds = {event.type for event in stream}
        [call] = stream.get_final_completion().choices[0].message.tool_calls
    assert "city" in json.loads(call.function.arguments)
    assert "tool_calls.function.arguments.delta" in kinds


@check("openai parsed object")
def _(at):
    answer = client(at).chat.completions.parse(
        model=at.model, messages=user("Name a city."), response_format=City
    )
    assert isinstance(answer.choices[0].message.parsed, City)


@check("openai parsed object streamed")
def _(at):
    with client(at).chat.completions.stream(
        model=at.model, messages=user("Name a city."), response_format=City
    ) as stream:
        for _event in stream:
            pass
        assert isinstance(stream.get_final_completion().choices[0].message.parsed, City)


@check("openai JSON without a schema")
def _(at):
    answer = complete(at, user("Give JSON."), response_format={"type": "json_object"})
    json.loads(text_of(answer))


@check("openai log-probabilities")
def _(at):
    answer = complete(at, logprobs=True, top_logprobs=3, max_tokens=4)
    tokens = answer.choices[0].logprobs.content
    assert tokens and len(tokens[0].top_logprobs) == 3


@check("openai log-probabilities streamed")
def _(at):
    parts = complete(at, logprobs=True, top_logprobs=2, max_tokens=4, stream=True)
    assert any(part.choices and part.choices[0].logprobs for part in parts)


@check("openai two answers")
def _(at):
    answer = complete(at, user("Say a number."), n=2, temperature=1)
    assert [choice.index for choice in answer.choices] == [0, 1]


@check("openai seed")
def _(at):
    assert text_of(complete(at, seed=5)) == text_of(complete(at, seed=5))


@check("openai stop")
def _(at):
    choice = complete(at, user("Count to ten."), stop=["5"]).choices[0]
    assert "5" not in choice.message.content and choice.finish_reason == "stop"


@check("openai most tokens")
def _(at):
    for name in ("max_tokens", "max_completion_tokens"):
        answer = complete(at, user("Count to ten."), **{name: 3})
        assert answer.choices[0].finish_reason == "length"
        assert answer.usage.completion_tokens <= 4


@check("openai roles")
def _(at):
    for role in ("system", "developer"):
        messages = [{"role": role, "content": "Be short."}, *user(question)]
        assert "Paris" in text_of(complete(at, messages))
    middle = [*user("Hello"), {"role": "assistant", "content": "Hi."}]
    middle += [{"role": "system", "content": "Be short."}, *user(question)]
    assert "Paris" in text_of(complete(at, middle))


@check("openai parts of text")
def _(at):
    parts = [{"type": "text", "text": text} for text in ("What is the capital", "of France?")]
    assert "Paris" in text_of(complete(at, [{"role": "user", "content": parts}]))


@check("openai models are listed")
def _(at):
    assert at.model in [model.id for model in client(at).models.list()]


@check("openai a model is looked up", own=True)
def _(at):
    assert client(at).models.retrieve(at.model).id == at.model


@check("openai an unknown model", own=True)
def _(at):
    try:
        client(at).chat.completions.create(model="gpt-99", messages=user("x"))
    except openai.NotFoundError as error:
        assert error.code == "model_not_found"
    else:
        raise AssertionError("no error")


@check("openai a wrong role", own=True)
def _(at):
    try:
        complete(at, [{"role": "wizard", "content": "x"}])
    except openai.BadRequestError:
        return
    raise AssertionError("no error")


@check("openai a prompt that is too long")
def _(at):
    try:
        complete(at, user(too_long))
    except openai.BadRequestError as error:
        assert "context" in error.message
    else:
        raise AssertionError("no error")


@check("openai a prompt that is too long has OpenAI's code", own=True)
def _(at):
    try:
        complete(at, user(too_long))
    except openai.BadRequestError as error:
        assert error.code == "context_length_exceeded", error.code
    else:
        raise AssertionError("no error")


@check("openai a picture for a model of text")
def _(at):
    url = {"url": "data:image/png;base64,iVBORw0KGgo="}
    parts = [{"type": "text", "text": "What is it?"}, {"type": "image_url", "image_url": url}]
    try:
        complete(at, [{"role": "user", "content": parts}])
    except openai.APIStatusError:
        return
    raise AssertionError("answered without the picture")


@check("openai embeddings that are not there")
def _(at):
    try:
        client(at).embeddings.create(model=at.model, input="x")
    except openai.APIStatusError:
        return
    raise AssertionError("no error")


@check("openai gives up, and asks again")
def _(at):
    story = user("Write a story.")
    stream = complete(at, story, stream=True)
    next(stream)
    stream.close()
    assert "Paris" in text_of(complete(at))


@check("openai does not repeat what cannot succeed")
def _(at):
    import httpx

    seen = []
    hooks = {"response": [lambda response: seen.append(response.status_code)]}
    patient = client(at, max_retries=2, http_client=httpx.Client(event_hooks=hooks))
    try:
        patient.chat.completions.create(model=at.model, messages=user(too_long))
    except openai.APIStatusError:
        assert len(seen) == 1, seen


def respond(at: Target, text: str = question, **more):
    return client(at).responses.create(model=at.model, input=text, **more)


@check("openai responses", own=True)
def _(at):
    answer = respond(at, max_output_tokens=16)
    assert "Paris" in answer.output_text and answer.status == "completed"
    assert answer.usage.total_tokens > 0


@check("openai responses streamed", own=True)
def _(at):
    events = list(respond(at, stream=True))
    deltas = [event.delta for event in events if event.type == "response.output_text.delta"]
    assert events[-1].type == "response.completed"
    assert "".join(deltas) == events[-1].response.output_text


@check("openai responses parsed", own=True)
def _(at):
    asked = {"model": at.model, "input": "Name a city.", "text_format": City}
    assert isinstance(client(at).responses.parse(**asked).output_parsed, City)
    with client(at).responses.stream(**asked) as stream:
        for _event in stream:
            pass
        assert isinstance(stream.get_final_response().output_parsed, City)


flat_tool = {"type": "function", **weather_tool["function"]}


@check("openai responses loop of tools", own=True)
def _(at):
    first = respond(at, weather, tools=[flat_tool])
    [call] = [item for item in first.output if item.type == "function_call"]
    result = {"type": "function_call_output", "call_id": call.call_id, "output": "sunny"}
    kept = respond(at, [result], tools=[flat_tool], previous_response_id=first.id)
    assert "sunny" in kept.output_text
    sent = [item.model_dump(exclude_none=True) for item in first.output]
    whole = respond(at, [*user(weather), *sent, result], tools=[flat_tool])
    assert "sunny" in whole.output_text


@check("openai responses remember", own=True)
def _(at):
    first = respond(at, "My name is Ada.")
    second = respond(at, "What is my name?", previous_response_id=first.id)
    assert "Ada" in second.output_text


@check("openai responses in a conversation", own=True)
def _(at):
    talk = client(at).conversations.create()
    respond(at, "My name is Ada.", conversation=talk.id)
    assert "Ada" in respond(at, "What is my name?", conversation=talk.id).output_text


@check("openai responses are kept and removed", own=True)
def _(at):
    answer = respond(at, "Hi")
    assert client(at).responses.retrieve(answer.id).id == answer.id
    assert len(client(at).responses.input_items.list(answer.id).data) == 1
    client(at).responses.delete(answer.id)
    try:
        client(at).responses.retrieve(answer.id)
    except openai.NotFoundError:
        return
    raise AssertionError("still there")


@check("openai legacy completions", own=True)
def _(at):
    answer = client(at).completions.create(model=at.model, prompt="The capital of France is")
    assert answer.choices[0].text


@check("openai files", own=True)
def _(at):
    files = client(at).files
    file = files.create(file=("a.txt", io.BytesIO(b"Leave is 30 days.")), purpose="user_data")
    assert file.id in [each.id for each in files.list()]
    assert files.content(file.id).read() == b"Leave is 30 days."
    assert files.delete(file.id).deleted
