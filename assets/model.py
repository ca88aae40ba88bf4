"""A model trained by Attention Lab, in PyTorch's stock modules. It needs torch alone.

    from model import load
    model = load(".")                      # the folder that holds model.safetensors
    logits = model(pixels)                 # [B, height, width], 0 black to 1 white -> [B, classes]
    model.classes[logits[0].argmax()]
"""

import json
import pathlib
import struct

import torch
from torch import nn


class VisionTransformer(nn.Module):
    def __init__(self, height, width, patch, channels, heads, layers, mlp, classes, patterns, layer_patterns):
        super().__init__()
        self.patch, self.classes = patch, classes
        tokens = 1 + (height // patch) * (width // patch)
        self.patch_embed = nn.Linear(patch * patch, channels)
        self.class_token = nn.Parameter(torch.zeros(1, 1, channels))
        self.position = nn.Parameter(torch.zeros(1, tokens, channels))
        layer = nn.TransformerEncoderLayer(channels, heads, mlp, dropout=0.0, activation="gelu",
                                           batch_first=True, norm_first=True)
        self.encoder = nn.TransformerEncoder(layer, layers, norm=nn.LayerNorm(channels), enable_nested_tensor=False)
        self.head = nn.Linear(channels, len(classes))
        absent = [absent_pairs(runs, tokens) for runs in patterns]
        masks = torch.stack([torch.stack([absent[p] for p in of_heads]) for of_heads in layer_patterns])
        self.register_buffer("masks", masks, persistent=False)  # [layers, heads, tokens, tokens]; True: no such pair

    def forward(self, pixels):
        batch = pixels.shape[0]
        patches = pixels.unfold(1, self.patch, self.patch).unfold(2, self.patch, self.patch)
        x = self.patch_embed(patches.flatten(3).flatten(1, 2))
        x = torch.cat([self.class_token.expand(batch, -1, -1), x], 1) + self.position
        for layer, mask in zip(self.encoder.layers, self.masks):
            x = layer(x, src_mask=mask.repeat(batch, 1, 1) if mask.any() else None)
        return self.head(self.encoder.norm(x[:, 0]))


def absent_pairs(runs, tokens):
    """[tokens, tokens]: True where a query (row) has no such key. `runs`: of each query, its keys as [begin, end)."""
    absent = torch.ones(tokens, tokens, dtype=torch.bool)
    for query, ranges in enumerate(runs):
        for begin, end in ranges:
            absent[query, begin:end] = False
    return absent


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
    model = VisionTransformer(**json.loads(metadata["vision_transformer"]))
    model.load_state_dict(tensors, strict=True)
    return model.eval()
