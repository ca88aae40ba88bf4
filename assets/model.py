"""A model trained by Attention Lab, in PyTorch's stock modules. It needs torch alone.

    from model import load
    model = load(".")                      # the folder that holds model.safetensors

It is one of these, whichever was trained:

    logits = model(pixels)                 # pictures: [B, height, width], 0 black to 1 white -> [B, classes]
    model.classes[logits[0].argmax()]

    tokens = model.read(["a small cat"])   # texts to be told apart: [B, N], PAD where a text is over
    logits = model(tokens)                 # -> [B, classes]

    tokens = model.read(["In the "])       # texts to be gone on with
    logits = model(tokens)                 # -> [B, N, tokens]: what comes after each
    model.write("In the ", 20)             # the likeliest 20 tokens after it

    tokens = model.read(["21 November 2026"])
    logits = model(tokens, answers)        # texts to be answered; answers [B, M] begin with BEGIN -> [B, M, tokens]
    model.answer("21 November 2026")       # a token at a time, always the likeliest
"""

import json
import pathlib
import re
import struct
import unicodedata

import torch
from torch import nn

UNKNOWN, BEGIN, END = 0, 1, 2
PAD = END  # whoever looks at a text does not look beyond its length, so any token will do


def encoder_of(channels, heads, layers, mlp):
    layer = nn.TransformerEncoderLayer(channels, heads, mlp, dropout=0.0, activation="gelu",
                                       batch_first=True, norm_first=True)
    return nn.TransformerEncoder(layer, layers, norm=nn.LayerNorm(channels), enable_nested_tensor=False)


def absent_pairs(runs, tokens):
    """[tokens, tokens]: True where a query (row) has no such key. `runs`: of each query, its keys as [begin, end)."""
    absent = torch.ones(tokens, tokens, dtype=torch.bool)
    for query, ranges in enumerate(runs):
        for begin, end in ranges:
            absent[query, begin:end] = False
    return absent


def masks_of(patterns, layer_patterns, tokens):
    """[layers, heads, tokens, tokens]; True: no such pair."""
    absent = [absent_pairs(runs, tokens) for runs in patterns]
    return torch.stack([torch.stack([absent[p] for p in of_heads]) for of_heads in layer_patterns])


def mask_for(masks, batch, tokens):
    """Of one layer, for a batch of texts of that many tokens; None where all pairs exist."""
    corner = masks[:, :tokens, :tokens]
    return corner.repeat(batch, 1, 1) if corner.any() else None


class Tokenizer:
    """Texts to numbers and back, as the lab does it; a character is a letter with its marks."""

    def __init__(self, kind, tokens, merges=()):
        self.kind, self.tokens = kind, ["\ufffd", "", ""] + tokens
        self.numbers = {}
        for number, token in enumerate(self.tokens[3:], 3):
            self.numbers.setdefault(token, number)
        first = len(self.tokens) - len(merges)
        self.made = {tuple(pair): first + rank for rank, pair in enumerate(merges)}

    @staticmethod
    def characters(text):
        clusters = []
        for letter in text:
            if clusters and unicodedata.category(letter)[0] == "M":
                clusters[-1] += letter
            else:
                clusters.append(letter)
        return clusters

    @staticmethod
    def kind_of(character):
        kind = unicodedata.category(character[0])[0]
        return "letter" if kind in "LM" else "digit" if kind == "N" else "space" if kind == "Z" else "other"

    def pieces(self, text):
        """Runs of letters, of digits or of other signs, with the space before them."""
        piece, inside, only_space = [], "space", True
        for character in self.characters(text):
            kind = self.kind_of(character)
            joins = kind == inside and kind != "space"
            if piece and not joins and not (only_space and kind != "space"):
                yield piece
                piece = []
            inside, only_space = kind, not piece and character == " "
            piece = piece + [character]
        if piece:
            yield piece

    def merged(self, piece):
        numbers = [self.numbers.get(character, UNKNOWN) for character in piece]
        while True:
            found = [self.made[pair] for pair in zip(numbers, numbers[1:]) if pair in self.made]
            if not found:
                return numbers
            made, joined = min(found), []
            for number in numbers:
                if joined and self.made.get((joined[-1], number)) == made:
                    joined[-1] = made
                else:
                    joined.append(number)
            numbers = joined

    def encode(self, text):
        if self.kind == "pairs":
            return [number for piece in self.pieces(text) for number in self.merged(piece)]
        parts = re.findall(r"[^\W_]+", text.lower()) if self.kind == "words" else self.characters(text)
        return [self.numbers.get(part, UNKNOWN) for part in parts]

    def decode(self, numbers):
        between = " " if self.kind == "words" else ""
        return between.join(self.tokens[n] for n in numbers if n not in (BEGIN, END))


def padded(texts):
    """Lists of tokens -> [B, N] and lengths [B]."""
    longest = max(map(len, texts))
    return (torch.tensor([text + [PAD] * (longest - len(text)) for text in texts]),
            torch.tensor([len(text) for text in texts]))


def beyond(lengths, tokens):
    """[B, tokens]: True where a text is over; None where none is."""
    over = torch.arange(tokens)[None] >= lengths[:, None]
    return over if over.any() else None


class VisionTransformer(nn.Module):
    def __init__(self, height, width, patch, channels, heads, layers, mlp, classes, patterns, layer_patterns):
        super().__init__()
        self.patch, self.classes = patch, classes
        tokens = 1 + (height // patch) * (width // patch)
        self.patch_embed = nn.Linear(patch * patch, channels)
        self.class_token = nn.Parameter(torch.zeros(1, 1, channels))
        self.position = nn.Parameter(torch.zeros(1, tokens, channels))
        self.encoder = encoder_of(channels, heads, layers, mlp)
        self.head = nn.Linear(channels, len(classes))
        self.register_buffer("masks", masks_of(patterns, layer_patterns, tokens), persistent=False)

    def forward(self, pixels):
        batch = pixels.shape[0]
        patches = pixels.unfold(1, self.patch, self.patch).unfold(2, self.patch, self.patch)
        x = self.patch_embed(patches.flatten(3).flatten(1, 2))
        x = torch.cat([self.class_token.expand(batch, -1, -1), x], 1) + self.position
        for layer, mask in zip(self.encoder.layers, self.masks):
            x = layer(x, src_mask=mask_for(mask, batch, x.shape[1]))
        return self.head(self.encoder.norm(x[:, 0]))


class TextClassifier(nn.Module):
    def __init__(self, context, channels, heads, layers, mlp, classes, tokenizer, patterns, layer_patterns):
        super().__init__()
        self.context, self.classes, self.tokenizer = context, classes, Tokenizer(**tokenizer)
        self.token_embed = nn.Embedding(len(self.tokenizer.tokens), channels)
        self.position = nn.Parameter(torch.zeros(1, context, channels))
        self.encoder = encoder_of(channels, heads, layers, mlp)
        self.head = nn.Linear(channels, len(classes))
        self.register_buffer("masks", masks_of(patterns, layer_patterns, context), persistent=False)

    def read(self, texts):
        return padded([[BEGIN] + self.tokenizer.encode(text)[:self.context - 1] for text in texts])

    def forward(self, read):
        tokens, lengths = read
        count = tokens.shape[1]
        x = self.token_embed(tokens) + self.position[:, :count]
        for layer, mask in zip(self.encoder.layers, self.masks):
            x = layer(x, src_mask=mask_for(mask, len(tokens), count), src_key_padding_mask=beyond(lengths, count))
        return self.head(self.encoder.norm(x[:, 0]))


class LanguageModel(nn.Module):
    def __init__(self, context, channels, heads, layers, mlp, tokenizer, patterns, layer_patterns):
        super().__init__()
        self.context, self.tokenizer = context, Tokenizer(**tokenizer)
        self.token_embed = nn.Embedding(len(self.tokenizer.tokens), channels)
        self.position = nn.Parameter(torch.zeros(1, context, channels))
        self.encoder = encoder_of(channels, heads, layers, mlp)
        self.head = nn.Linear(channels, len(self.tokenizer.tokens))
        self.register_buffer("masks", masks_of(patterns, layer_patterns, context), persistent=False)

    def read(self, texts):
        return padded([self.tokenizer.encode(text)[-self.context:] for text in texts])[0]

    def forward(self, tokens):
        x = self.token_embed(tokens) + self.position[:, :tokens.shape[1]]
        for layer, mask in zip(self.encoder.layers, self.masks):
            x = layer(x, src_mask=mask_for(mask, len(tokens), tokens.shape[1]))
        return self.head(self.encoder.norm(x))

    @torch.no_grad()
    def write(self, beginning, tokens):
        text = self.tokenizer.encode(beginning)
        for _ in range(tokens):
            text.append(int(self(torch.tensor([text[-self.context:]]))[0, -1].argmax()))
        return self.tokenizer.decode(text)


class Translator(nn.Module):
    def __init__(self, context, channels, heads, layers, mlp, tokenizer, answer_tokenizer, patterns, layer_patterns,
                 answer_patterns, answer_layer_patterns):
        super().__init__()
        self.context, self.tokenizer, self.answer_tokenizer = context, Tokenizer(**tokenizer), Tokenizer(**answer_tokenizer)
        self.source_embed = nn.Embedding(len(self.tokenizer.tokens), channels)
        self.target_embed = nn.Embedding(len(self.answer_tokenizer.tokens), channels)
        self.source_position = nn.Parameter(torch.zeros(1, context, channels))
        self.target_position = nn.Parameter(torch.zeros(1, context, channels))
        self.encoder = encoder_of(channels, heads, layers, mlp)
        layer = nn.TransformerDecoderLayer(channels, heads, mlp, dropout=0.0, activation="gelu",
                                           batch_first=True, norm_first=True)
        self.decoder = nn.TransformerDecoder(layer, layers, norm=nn.LayerNorm(channels))
        self.head = nn.Linear(channels, len(self.answer_tokenizer.tokens))
        self.register_buffer("masks", masks_of(patterns, layer_patterns, context), persistent=False)
        self.register_buffer("answer_masks", masks_of(answer_patterns, answer_layer_patterns, context), persistent=False)

    def read(self, texts):
        return padded([[BEGIN] + self.tokenizer.encode(text)[:self.context - 2] + [END] for text in texts])

    def forward(self, read, answers):
        tokens, lengths = read
        count, over = tokens.shape[1], beyond(lengths, tokens.shape[1])
        x = self.source_embed(tokens) + self.source_position[:, :count]
        for layer, mask in zip(self.encoder.layers, self.masks):
            x = layer(x, src_mask=mask_for(mask, len(tokens), count), src_key_padding_mask=over)
        memory, count = self.encoder.norm(x), answers.shape[1]
        y = self.target_embed(answers) + self.target_position[:, :count]
        for layer, mask in zip(self.decoder.layers, self.answer_masks):
            y = layer(y, memory, tgt_mask=mask_for(mask, len(tokens), count), memory_key_padding_mask=over)
        return self.head(self.decoder.norm(y))

    @torch.no_grad()
    def answer(self, text):
        read, answer = self.read([text]), [BEGIN]
        while len(answer) <= self.context and (len(answer) == 1 or answer[-1] != END):
            answer.append(int(self(read, torch.tensor([answer]))[0, -1].argmax()))
        return self.answer_tokenizer.decode(answer)


MODULES = {"vision_transformer": VisionTransformer, "text_classifier": TextClassifier,
           "language_model": LanguageModel, "translator": Translator}


def read_safetensors(path):
    """The tensors by name, and the metadata."""
    data = pathlib.Path(path).read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    entries = json.loads(data[8:8 + length])
    metadata, body = entries.pop("__metadata__"), bytearray(data[8 + length:])
    tensors = {}
    for name, entry in entries.items():
        begin, end = entry["data_offsets"]
        flat = torch.frombuffer(body, dtype=torch.float32, count=(end - begin) // 4, offset=begin)
        tensors[name] = flat.reshape(entry["shape"]).clone()
    return tensors, metadata


def load(folder):
    """The model with its weights, in evaluation mode."""
    tensors, metadata = read_safetensors(pathlib.Path(folder) / "model.safetensors")
    (model,) = [module(**json.loads(metadata[name])) for name, module in MODULES.items() if name in metadata]
    model.load_state_dict(tensors, strict=True)
    return model.eval()
