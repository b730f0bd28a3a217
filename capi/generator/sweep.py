def generate(model):
    return {}
