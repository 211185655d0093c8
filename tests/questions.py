"""What holds for every question of every lab: its answer is accepted, and the worked answer comes to it."""

import re

from engine.core.lesson import Question

NUMBER = r"-?\d+(?:\.\d+)?(?:e-?\d+)?"


def assert_only_its_answer(question: Question, *forms: str) -> None:
    """The answer is accepted, one more is not, and the worked answer shows it, written in one of the forms."""
    assert question.judge(question.answer), question
    assert not question.judge(question.answer + 1), question
    assert any(f"{question.answer:{form}}" in question.worked for form in forms), question


def assert_worked_answer(question: Question) -> None:
    """The answer is accepted, and the worked answer shows a number within the tolerance of it."""
    assert question.judge(question.answer), question
    shown = re.findall(NUMBER, question.worked.replace("−", "-").replace(",", ""))
    assert any(abs(float(number) - question.answer) <= question.tolerance for number in shown), question
