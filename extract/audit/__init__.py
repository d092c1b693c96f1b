"""How right a dataset is (人工核查): cells drawn for blind double coding, and what codings tell."""
