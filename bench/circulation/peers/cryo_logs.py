"""cryo.freeze of a token's Transfer logs to Parquet files: cryo_logs.py URL TOKEN FIRST LAST OUTPUT

Blocks by the four hundred in one request and one file each: the quickest of the settings tried on this history.
"""

import sys

import cryo

TRANSFER = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"


def main() -> None:
    url, token, first, last, output = sys.argv[1:]
    cryo.freeze(
        "logs",
        start_block=int(first),
        end_block=int(last) + 1,
        rpc=url,
        contract=[token],
        topic0=[TRANSFER],
        output_dir=output,
        network_name="bench",
        chunk_size=400,
        inner_request_size=400,
        verbose=False,
    )


if __name__ == "__main__":
    main()
