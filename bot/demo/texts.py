"""What people wrote in the demo's forum; all of it made up for it."""

SERVER = "Kind Minds"
CATEGORIES = ("Mental Health", "Relationships", "Daily Habits")
TITLE = "How do a therapist and a client share the work of therapy?"
QUESTION = (
    "I start therapy next week and I wonder what is expected of me. Do I prepare something? "
    "Does the therapist lead, or do I?\n\n"
    "I would like to know what **each of the two** is responsible for, so that I do not sit "
    "there and wait."
)
ANSWER = """\
Think of it as a walk in a forest. The therapist knows how forests work; you know where you \
want to go and where it hurts. Neither of you gets anywhere alone, so the work is shared:

1. **What the therapist brings**

   - **A safe room.** You can say the thing you have never said, and nobody gasps. What you \
tell stays there, within limits that are explained to you at the start.
   - **Knowledge and tools.** They have seen many paths and know which ones tend to end in \
a swamp. They suggest, and explain why:
     - small experiments for the week between two meetings,
     - ways to calm the body when the mind races,
     - a name for what you feel, if a name helps.
   - **Real listening.** Good ones listen for what you leave out as much as for what you say, \
and check whether they have understood you.
   - **Honest questions.** Sooner or later they will ask the one you have walked around for \
years. That is not an attack; it is what you came for.

2. **What you bring**

   - **Your honesty.** The more you show, the more there is to work with. “I do not want to \
talk about that yet” counts as honest, too.
   - **Your attention.** Take part, and try what you agreed on:
     - write down two lines after each meeting,
     - notice during the week when the old pattern starts,
     - bring what went wrong, not only what went well.
   - **Your own conclusions.** A therapist can point at two dots. Drawing the line between \
them is yours, and it holds much longer when you drew it yourself.
   - **Your goals.** Say what should be different in half a year. If a goal no longer fits, \
change it together.

3. **What you both look after**

   - **The pace.** Too fast is frightening, too slow is dull. Say which one it is.
   - **The relationship itself.** If something between you feels wrong, that is a topic, and \
often the most useful one.
   - **The end.** A good therapy makes itself unnecessary. Every few months, ask each other \
how far you have come.

So: you need not prepare a speech. Come with one thing that bothers you, say it as it is, and \
let the other one do their part. If after four or five meetings you still feel that you work \
against each other, it is fine to look for somebody else; the fit matters more than the method. \
You can even ask for that: “Whom would you send me to?” is a question that good therapists \
answer gladly, and without being hurt. It belongs to their share of the work that you end up \
in the right place, also when that place is not their own. And be patient with yourself: \
most people feel clumsy in the first hours, and most of them are glad later that they stayed."""
SECOND_ANSWER = (
    "One practical thing: make a list on your phone of what you want to talk about. I forgot "
    "half of it each time until I did that."
)
COMMENT = "The picture of the forest helped me more than three books. Thank you!"
REPLY = "And ask in the first meeting what happens when you cancel. It saves trouble later."
HABIT_TITLE = "What helps to go to bed on time when evenings are the only quiet hours?"
HABIT = (
    "My day belongs to work and children. At ten in the evening I am finally alone, and then "
    "I stay up until one. I know it is bad for me. What has worked for you?"
)
HABIT_ANSWER = (
    "I moved my quiet hour instead of fighting it: up at half past five, tea, nobody awake. "
    "It took two weeks. Going to bed stopped being the end of freedom, because the next piece "
    "of it was only a night away."
)
FRIEND_TITLE = "How can I tell a friend that I need a break from giving advice?"
FRIEND = "She calls every evening. I love her, and I am empty afterwards."
